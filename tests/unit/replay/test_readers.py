"""Readers turn every row into a comment, or say with file and line why not."""

import time
import tracemalloc
from io import BytesIO

import pytest

from moderator.decoding import Codec
from moderator.records import Comment, CommentContext
from moderator.replay.readers import read_rows
from moderator.replay.rows import Columns, Origin, Row

F = Origin("f", "f")


def read(data: bytes, kind: str, columns: Columns | None = None) -> list[Row]:
    return list(read_rows(BytesIO(data), F, kind, columns or Columns()))


def errors(rows: list[Row]) -> list[str]:
    return [str(row.error) for row in rows if row.error]


def comments(rows: list[Row]) -> list[Comment]:
    return [row.comment for row in rows if row.comment]


def test_a_line_of_text_is_a_comment() -> None:
    rows = read("\ufeffone\r\n\n  \ntwo".encode(), "txt")
    assert [(c.id, c.text) for c in comments(rows)] == [("f:1", "one"), ("f:4", "two")]


def test_a_quote_belongs_to_the_line_after_it() -> None:
    rows = read(b"> said\n> and said\nI differ.\nAlone.\n> last", "txt")
    assert [c.text for c in comments(rows)] == [
        "> said\n> and said\nI differ.",
        "Alone.",
        "> last",
    ]
    assert [row.line for row in rows] == [3, 4, 5]


def test_json_lines_keep_the_known_fields() -> None:
    data = b'{"id":"a","text":"x","author":"me","community":"c","votes":1}\n{"id":7,"text":"y"}\n'
    first, second = comments(read(data, "jsonl"))
    assert first == Comment(id="a", text="x", author="me", community="c")
    assert second.id == "7"


def test_columns_can_be_named() -> None:
    rows = read(b"key,body\nk1,hello\n", "csv", Columns("key", "body"))
    assert comments(rows) == [Comment(id="k1", text="hello")]


def test_json_lines_are_repaired_as_the_worker_does() -> None:
    data = b'{"id":"1","text":"k\\u0000ill \\ud83d"}\n'
    assert comments(read(data, "jsonl")) == [Codec().decode(data)]


def test_a_text_over_the_cap_is_a_comment_whose_beginning_is_judged() -> None:
    assert [len(c.text) for c in comments(read(b"x" * 70_000, "txt"))] == [70_000]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    data = "id,text,section\n1,hello,news\n".replace(",", delimiter).encode()
    columns = Columns(others={"community": "section"})
    assert comments(read(data, "csv", columns)) == [Comment("1", "hello", community="news")]


def test_another_encoding_can_be_named() -> None:
    data = "id,text\n1,Müll\n".encode("cp1252")
    assert "is not UTF-8: see --encoding" in errors(read(data, "csv"))[0]
    assert comments(read(data, "csv", Columns(encoding="cp1252")))[0].text == "Müll"


def test_quoted_lines_take_linear_time() -> None:
    started = time.process_time()
    assert read(b"> \n" * 65_000 + b"me", "txt", Columns(max_text_bytes=1_000_000))
    assert time.process_time() - started < 5


def test_csv_fields_may_span_lines() -> None:
    rows = read(b'id,text\r\n1,"two\r\nlines"\r\n2,"with ""quotes"""\r\n', "csv")
    assert [c.text for c in comments(rows)] == ["two\nlines", 'with "quotes"']
    assert [row.line for row in rows] == [2, 4]


def test_a_csv_field_may_be_as_long_as_a_text() -> None:
    text = "y" * 50_000
    rows = read(f"id,text\n1,{text}\n".encode(), "csv", Columns(max_text_bytes=300_000))
    assert [c.text for c in comments(rows)] == [text]


def test_quotes_inside_a_bare_field_are_text() -> None:
    rows = read(b'id,text\n1,a 5" pipe\n2,he said "hi"\n', "csv")
    assert [c.text for c in comments(rows)] == ['a 5" pipe', 'he said "hi"']


def test_an_empty_text_is_a_comment() -> None:
    assert comments(read(b'{"id":"1","text":""}', "jsonl"))[0].text == ""


@pytest.mark.parametrize(
    ("data", "kind", "said"),
    [
        (b"ok\n\xff\xfe\n", "txt", "f:2: is not UTF-8"),
        (b'{"id":"1","text":"x","author":7}', "jsonl", "f:1: `author` is not a string"),
        (b'{"id":"a\\u0000","text":"x"}', "jsonl", "f:1: `id` holds a NUL"),
        (b"id,text,text\n1,x,y\n", "csv", "f:1: 2 columns are named 'text'"),
        (b"x" * 10_000_000, "txt", "f:1: the line is too long"),
        (b"> " + b"q" * 70_000 + b"\nme", "txt", "f:1: the quoted lines are too long"),
        (b"[1]\n", "jsonl", "f:1: is not a JSON object"),
        (b"{oops\n", "jsonl", "f:1: is not a JSON object"),
        (b'{"id":"1"}', "jsonl", "f:1: `text` is missing"),
        (b'{"id":"1","text":5}', "jsonl", "f:1: `text` is missing or not a string"),
        (b'{"id":[],"text":"x"}', "jsonl", "f:1: `id` is not a string"),
        (b'{"id":true,"text":"x"}', "jsonl", "f:1: `id` is not a string"),
        (b"[" * 100_000, "jsonl", "f:1: is not a JSON object"),
        (b"id,body\n1,x\n", "csv", "f:1: no column 'text' (there are: id, body)"),
        (b"id,text\n1,x,y\n", "csv", "f:2: 3 fields, the header has 2"),
        (b'id,text\n1,"' + b"y\n" * 50_000, "csv", "f:2: a field is too long"),
        (b"id,text\n1," + b"y" * 500_000 + b"\n2,z\n", "csv", "f:2: a field is too long"),
        (b'id,"text\n1,x\n', "csv", "f:1: a field is too long, or its quotes"),
        (b'id,text\n1,x\n2,"open\n3,y\n', "csv", "f:3: a field is too long, or its quotes"),
        (b'id,text\n1,"he said "hi" to me"\n', "csv", "f:2: a field is too long, or its quotes"),
    ],
)
def test_bad_rows_are_reported_with_file_and_line(data: bytes, kind: str, said: str) -> None:
    assert said in errors(read(data, kind))[0]


def test_a_bad_row_does_not_stop_the_good_ones() -> None:
    rows = read(b'{"text":"a"}\nnonsense\n{"text":"b"}\n', "jsonl")
    assert [c.text for c in comments(rows)] == ["a", "b"]
    assert len(errors(rows)) == 1


def test_errors_hold_no_text() -> None:
    rows = read(b'{"id":"1","text":["secret words"]}\nsecret words\n', "jsonl")
    assert len(errors(rows)) == 2
    assert "secret" not in "".join(errors(rows))


def test_a_long_file_takes_constant_memory() -> None:
    class Endless(BytesIO):
        left = 20_000

        def readline(self, size: int | None = -1, /) -> bytes:
            self.left -= 1
            return b'{"id":"1","text":"the same words again"}\n' if self.left >= 0 else b""

    tracemalloc.start()
    try:
        count = sum(1 for _ in read_rows(Endless(), F, "jsonl", Columns()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 1_000_000


def test_progress_is_reported_in_bytes() -> None:
    seen: list[int] = []
    data = b"one\ntwo\n"
    list(read_rows(BytesIO(data), F, "txt", Columns(), seen.append))
    assert sum(seen) == len(data)


def test_json_lines_keep_what_the_platform_knows_of_an_author() -> None:
    data = b'{"id":"a","text":"x","context":{"author_role":"editor","prior_holds":2,"else":1}}\n'
    data += b'{"id":"b","text":"x","context":"thread"}\n{"text":"x","context":{"prior_holds":[]}}\n'
    rows = read(data, "jsonl")
    assert [c.context for c in comments(rows)] == [CommentContext("editor", None, 2), None]
    assert errors(rows) == ["f:3: `context.prior_holds` is of the wrong type"]
