"""The cut of a long text: by bytes, between characters."""

from __future__ import annotations

import pytest

from moderator.text.cap import cut


@pytest.mark.parametrize("text", ["", "abc", "ä" * 4, "\U0001f600" * 2])
def test_a_text_of_the_size_stays_itself(text: str) -> None:
    assert cut(text, 8) is text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a" * 9, "a" * 8), ("ä" * 5, "ä" * 4), ("aä" * 3, "aäaäa"),
        ("abcdefg\U0001f600", "abcdefg"), ("\ud83d" * 9, ""), ("a\ud83d" * 9, "aa"),
    ],
)  # fmt: skip
def test_a_longer_one_is_cut_between_characters_whatever_it_holds(text: str, part: str) -> None:
    assert cut(text, 8) == part
