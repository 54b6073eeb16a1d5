"""Each view, byte by byte, and the bounds of the word around a hit."""

from __future__ import annotations

import pytest

from moderator.lexicon.byte_views import blanked, classes, plain, word_at
from moderator.lexicon.compounds import MAX_WORD


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("", "  "),
        ("Az09", " az09 "),
        ("a-b_c\x00d", " a b c d "),
        ("don't", " don't "),
        ("'tis 'a' boys'", "  tis  a  boys  "),
        ("Ünü", " Ünü "),
    ],
)
def test_plain_keeps_lower_case_letters_digits_and_inner_apostrophes(text: str, view: str) -> None:
    assert plain(text.encode()).decode() == view


@pytest.mark.parametrize(
    ("chars", "name"),
    [
        ("azx", "a"), ("AZ", "A"), ("I", "I"), ("059", "1"),
        ("*#^&%+|~{}\\<>", "*"), ("@$", "$"), ("!", "!"), ("-", "-"), (".,", "."), ("([", "("),
        (")]", ")"), ("_", "_"), ("=", "="), ("'", "'"), (' \t\n;:/?"`', " "),
        ("\x00\x08\x1b\x7f", "\x00"),
    ],
)  # fmt: skip
def test_each_character_has_one_class(chars: str, name: str) -> None:
    assert classes(chars.encode()).decode() == f" {name * len(chars)} "


def test_every_byte_beyond_ascii_is_a_letter() -> None:
    assert classes(bytes(range(128, 256))) == b" " + b"a" * 128 + b" "


def test_blanked_makes_spaces_of_white_space_only() -> None:
    assert blanked("A\tb\nc\x1fd\u00a0é*".encode()).decode() == "A b c d\u00a0é*"


def test_every_view_has_a_byte_for_each_of_the_text() -> None:
    raw = bytes(range(256))
    assert len(plain(raw)) == len(classes(raw)) == len(raw) + 2
    assert len(blanked(raw)) == len(raw)


@pytest.mark.parametrize(
    ("padded", "hit", "word"),
    [
        (" one two three ", (6, 7), (5, 8)),
        (" one two three ", (5, 8), (5, 8)),
        (" one two three ", (1, 1), (1, 4)),
        ("one two", (1, 2), (0, 3)),
        ("one two", (5, 6), (4, 7)),
    ],
)
def test_a_word_reaches_from_blank_to_blank(
    padded: str, hit: tuple[int, int], word: tuple[int, int]
) -> None:
    assert word_at(padded.encode(), *hit) == word


def test_of_an_overlong_word_the_part_around_the_hit() -> None:
    inside = 3 * MAX_WORD
    long = b" " + b"a" * 1000 + b" "
    assert word_at(long, inside, inside + 2) == (inside - MAX_WORD, inside + 2 + MAX_WORD)
    blank_in_reach = b"a" * (inside - MAX_WORD) + b" " + b"a" * 1000
    assert word_at(blank_in_reach, inside, inside + 2)[0] == inside - MAX_WORD + 1
    beyond = b"a" * (inside - MAX_WORD - 1) + b" " + b"a" * 1000
    assert word_at(beyond, inside, inside + 2)[0] == inside - MAX_WORD


@pytest.mark.parametrize("unit", ["x😀", "xxx😀", "漢", "x漢"])
def test_a_part_holds_whole_characters(unit: str) -> None:
    around = unit.encode() * 30
    padded = around + b"hit" + around
    start, end = len(around), len(around) + 3
    first, last = word_at(padded, start, end)
    assert set(padded[first:start].decode()) <= set(unit)
    assert set(padded[end:last].decode()) <= set(unit)
    assert start - MAX_WORD <= first < start - MAX_WORD + 4
    assert end + MAX_WORD - 4 < last <= end + MAX_WORD
