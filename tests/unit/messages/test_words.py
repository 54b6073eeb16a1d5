"""Messages count grammatically and suggest what was meant."""

from __future__ import annotations

import pytest

from moderator.messages.words import counted, suggestion


@pytest.mark.parametrize(
    ("number", "shown"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (12_345, "12,345 rows")]
)
def test_counts(number: int, shown: str) -> None:
    assert counted(number, "row") == shown


def test_a_plural_of_its_own() -> None:
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


def test_a_misspelt_name_is_answered_with_the_one_meant() -> None:
    known = ("batch_size", "group")
    assert suggestion("batchsize", known) == "did you mean `batch_size`?"
    assert suggestion("colour", known) == "known: batch_size, group"
    assert suggestion("colour", ()) == "known: none"
