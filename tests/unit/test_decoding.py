"""Every way in which a record is not a comment, and that a sound one is."""

import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.decoding import Codec
from moderator.errors import RecordError
from moderator.records import Comment, CommentContext, as_mapping

CODEC = Codec()


def nested(levels: int) -> bytes:
    return b'{"id":"a","text":"x","z":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("value", "stage", "reason"),
    [
        (None, "decode", "no_value"),
        (b"", "decode", "not_json"),
        (b"hello", "decode", "not_json"),
        (b'{"id":"a","te', "decode", "not_json"),
        (b'{"id":"a","text":"x"} x', "decode", "not_json"),
        ('{"id":"a","text":"x"}'.encode("utf-16"), "decode", "not_utf8"),
        (b'{"id":"a","text":"\xff\xfe"}', "decode", "not_utf8"),
        (b'{"id":"a","text":"x","unknown":"\xff"}', "decode", "not_utf8"),
        (b'{"id":"\\ud83dx","text":"x"}', "decode", "lone_surrogate"),
        (b'{"id":"\xed\xa0\x80","text":"x"}', "decode", "lone_surrogate"),
        (b'{"id":"a","text":"\\ud800"', "decode", "not_json"),
        (b'{"id":"a","text":7,"more":"\\ud800"}', "validate", "wrong_type"),
        (b'{"id":true,"text":"x"}', "validate", "wrong_type"),
        (b'{"id":1.5,"text":"x"}', "validate", "wrong_type"),
        (b'{"id":' + b"9" * 5_000 + b',"text":"x"}', "validate", "wrong_type"),
        (nested(10_000), "decode", "too_deep"),
        (b"[" * 10_000, "validate", "not_object"),
        (b"[1]", "validate", "not_object"),
        (b'"text"', "validate", "not_object"),
        (b"null", "validate", "not_object"),
        (b'{"text":"x"}', "validate", "missing_field"),
        (b'{"id":"a"}', "validate", "missing_field"),
        (b'{"id":"a","text":null}', "validate", "wrong_type"),
        (b'{"id":"a","text":{"a":1}}', "validate", "wrong_type"),
        (b'{"id":"a","text":"x","author":7}', "validate", "wrong_type"),
        (b'{"id":"a","text":"x","context":{"prior_holds":"3"}}', "validate", "wrong_type"),
        (b'{"id":"","text":"x"}', "validate", "empty_id"),
        (b'{"id":"a\\u0000","text":"x"}', "validate", "nul"),
        (b'{"id":"a","text":"x\x00"}', "decode", "not_json"),
        (b'{"id":"' + b"a" * 1025 + b'","text":"x"}', "size", "id_too_large"),
    ],
)
def test_refused(value: bytes | None, stage: str, reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        CODEC.decode(value)
    assert (caught.value.stage, caught.value.reason) == (stage, reason)
    assert caught.value.by_author == (reason in {"lone_surrogate", "nul", "id_too_large"})


def test_the_field_of_a_context_is_named() -> None:
    with pytest.raises(RecordError, match=r"`context.prior_holds` is of the wrong type"):
        CODEC.decode(b'{"id":"a","text":"x","context":{"author_role":"me","prior_holds":"3"}}')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b'{"id":"a","text":"\\ud800"}', "\ufffd"),
        (b'{"id":"a","text":"x \\udc00 y"}', "x \ufffd y"),
        (b'{"id":"a","text":"\\ud83d\\ud83d\\ude00"}', "\ufffd\U0001f600"),
        (b'{"id":"a","text":"\\\\ud800 \\ud800"}', "\\ud800 \ufffd"),
        (b'{"id":"\xef\xbf\xbd","text":"\\ud800"}', "\ufffd"),
        (b'{"id":"a","text":"\xed\xa0\x80"}', "\ufffd"),
        (b'{"id":"a","text":"\xed\xa0\xbd\xed\xb8\x80"}', "\U0001f600"),
        (b'{"id":"a","text":"k\\u0000ill\\u0000"}', "kill"),
    ],
)
def test_what_an_author_can_write_is_repaired(value: bytes, text: str) -> None:
    assert CODEC.decode(value).text == text


def test_a_repair_reaches_the_fields_that_are_carried() -> None:
    value = b'{"id":"a","text":"x","author":"\\ud800","more":"\\udc00"}'
    comment = Codec(keep_extra=True).decode(value)
    assert (comment.author, comment.extra) == ("\ufffd", {"more": "\ufffd"})


@pytest.mark.parametrize("number", [7, 0, -5, 10**30])
def test_an_integer_id_is_its_decimal_form(number: int) -> None:
    assert CODEC.decode(b'{"id":%d,"text":"x"}' % number).id == str(number)


def test_the_whole_of_a_comment() -> None:
    fields: dict[str, Any] = {
        "id": "a", "text": "x", "community": "c", "author": "b",
        "created_at": "2026-01-01T00:00:00Z", "parent_id": "p",
    }  # fmt: skip
    assert CODEC.decode(json.dumps(fields).encode()) == Comment(**fields)


def test_empty_and_long_texts_are_comments() -> None:
    assert CODEC.decode(b'{"id":"a","text":""}').text == ""
    assert len(CODEC.decode(b'{"id":"a","text":"' + b"x" * 900_000 + b'"}').text) == 900_000


def test_a_surrogate_pair_is_one_character() -> None:
    assert CODEC.decode(b'{"id":"a","text":"\\ud83d\\ude00"}').text == "\U0001f600"


def test_unknown_fields_are_kept_only_when_asked_for() -> None:
    value = b'{"id":"a","text":"x","extra":"e","score":[1]}'
    assert CODEC.decode(value).extra == {}
    keeping = Codec(keep_extra=True)
    assert keeping.decode(value).extra == {"extra": "e", "score": [1]}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_comment_or_refused(value: bytes) -> None:
    with suppress(RecordError):
        assert isinstance(CODEC.decode(value), Comment)


@given(st.text(min_size=1, max_size=30), st.text(max_size=200))
def test_any_json_of_two_strings_round_trips_or_holds_a_nul(id_: str, text: str) -> None:
    value = json.dumps({"id": id_, "text": text}).encode()
    if "\0" in id_:
        with pytest.raises(RecordError, match="NUL"):
            CODEC.decode(value)
    else:
        comment = CODEC.decode(value)
        assert (comment.id, comment.text) == (id_, text.replace("\0", ""))


@pytest.mark.parametrize(
    "value", [b"\\ud800" * 150_000, b'{"id":' * 150_000, b"\xc3\xa9" * 450_000]
)
def test_hostile_megabytes_take_linear_time(value: bytes) -> None:
    start = time.perf_counter()
    with pytest.raises(RecordError):
        CODEC.decode(value)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("value", [b'{"id":"secret","text":', b'{"id":"secret","text":1}'])
def test_messages_hold_nothing_of_the_record(value: bytes) -> None:
    with pytest.raises(RecordError) as caught:
        CODEC.decode(value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("context", "read"),
    [
        ('{"author_role": "editor", "more": [1]}', CommentContext("editor")),
        ('{"account_age_days": 3, "prior_holds": 2}', CommentContext(None, 3.0, 2)),
        ("{}", CommentContext()),
        ("null", None),
        ('"thread 7"', None),
        ("[1]", None),
    ],
)
def test_what_the_platform_knows_is_read_and_what_it_means_otherwise_is_not(
    context: str, read: CommentContext | None
) -> None:
    value = f'{{"id": "a", "text": "x", "context": {context}}}'.encode()
    assert Codec().decode(value) == Comment("a", "x", context=read)
    kept = Codec(keep_extra=True).decode(value)
    assert kept.context == read
    assert as_mapping(kept)["context"] == json.loads(context)
