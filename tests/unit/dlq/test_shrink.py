"""A dead letter that the broker refuses becomes smaller until nothing but headers is left."""

from moderator.dlq.headers import PREFIX, TRUNCATED
from moderator.dlq.shrink import shrink
from moderator.records import DeadLetter

OURS = (f"{PREFIX}reason", b"not_json")


def test_each_step_is_smaller_and_the_first_size_is_kept() -> None:
    letter: DeadLetter | None = DeadLetter(
        key=b"k" * 5_000, value=b"v" * 100_000, headers=(("trace", b"t" * 9_000), OURS)
    )
    sizes = []
    while letter is not None:
        sizes.append((len(letter.value), len(letter.key or b""), len(letter.headers)))
        last, letter = letter, shrink(letter)
    assert sizes == [
        (100_000, 5_000, 2), (65_536, 1_024, 2), (16_384, 1_024, 2), (4_096, 1_024, 2),
        (1_024, 1_024, 2), (0, 1_024, 2), (0, 0, 2),
    ]  # fmt: skip
    assert last.headers == (OURS, (TRUNCATED, b"100000"))


def test_a_small_one_with_huge_headers_loses_them_first() -> None:
    letter = DeadLetter(key=None, value=b"{", headers=(("trace", b"t" * 9_000), OURS))
    assert shrink(letter) == DeadLetter(key=None, value=b"{", headers=(OURS, (TRUNCATED, b"1")))


def test_a_small_one_with_nothing_else_to_drop_loses_its_value() -> None:
    letter = DeadLetter(key=b"k", value=b"{", headers=(OURS,))
    assert shrink(letter) == DeadLetter(key=b"k", value=b"", headers=(OURS, (TRUNCATED, b"1")))


def test_an_empty_one_has_nothing_but_its_key_to_lose() -> None:
    letter = DeadLetter(key=b"k", value=b"", headers=(OURS,))
    assert shrink(letter) == DeadLetter(key=None, value=b"", headers=(OURS, (TRUNCATED, b"0")))


def test_nothing_but_headers_does_not_shrink() -> None:
    assert shrink(DeadLetter(key=None, value=b"", headers=(OURS, (TRUNCATED, b"9")))) is None
