"""Headers of dead letters."""

from moderator.dlq.headers import ATTEMPTS, Source, attempts, carried, dead_letter
from moderator.errors import RecordError

SOURCE = Source("comments", 3, 41)
ERROR = RecordError("decode", "not_json", "the record is not JSON")


def test_value_is_unchanged_and_headers_are_connects() -> None:
    letter = dead_letter(SOURCE, b"k", b"\xff{", [("trace", b"1")], ERROR)
    assert (letter.key, letter.value) == (b"k", b"\xff{")
    assert dict(letter.headers) == {
        "trace": b"1",
        "__connect.errors.topic": b"comments",
        "__connect.errors.partition": b"3",
        "__connect.errors.offset": b"41",
        "__connect.errors.stage": b"decode",
        "__connect.errors.class.name": b"moderator.decoding.Codec",
        "__connect.errors.exception.class.name": b"moderator.errors.RecordError",
        "__connect.errors.exception.message": b"the record is not JSON",
        "__connect.errors.reason": b"not_json",
    }


def test_headers_of_an_earlier_failure_are_replaced_and_the_attempts_kept() -> None:
    first = dead_letter(SOURCE, None, b"x", [], ERROR)
    again = dead_letter(
        Source("comments", 0, 9), None, b"x", [*first.headers, (ATTEMPTS, b"1")], ERROR
    )
    names = [name for name, _ in again.headers]
    assert len(names) == len(set(names))
    assert dict(again.headers)["__connect.errors.offset"] == b"9"
    assert dict(again.headers)[ATTEMPTS] == b"1"


def test_huge_headers_are_not_carried() -> None:
    assert carried([("h", b"x" * 16_000)])
    assert carried([("h", b"x" * 1_000_000)]) == ()


def test_the_attempts_outlive_huge_headers() -> None:
    assert carried([("h", b"x" * 1_000_000), (ATTEMPTS, b"2")]) == ((ATTEMPTS, b"2"),)


def test_malformed_attempts_are_ignored() -> None:
    values = [b"", b"-1", b"1e3", "²".encode(), b"9" * 10, b"7", b"3"]
    assert attempts([(ATTEMPTS, value) for value in values]) == 7
    assert attempts([("other", b"5")]) == 0
