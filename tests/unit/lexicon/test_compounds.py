"""Terms glued to common words, padded or with a suffix; and words that only seem to be."""

from __future__ import annotations

import pytest

from moderator.lexicon import Matcher, load_lexicon


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load_lexicon())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#nofagshere", "fags"),
        ("#nogyposhere", "gypos"),
        ("#notrannieshere", "trannies"),
        ("youpieceofshit", "pieceofshit"),
        ("shitgibbon", "shitgibbon"),
        ("cuntpunter", "cuntpunter"),
        ("slutcave", "slutcave"),
        ("faggotry", "faggot"),
        ("bitchfest", "bitchfest"),
        ("wankerhood", "wanker"),
        ("whorehousemusic", "whore"),
    ],
)
def test_a_glued_term_is_found(text: str, found: str, matcher: Matcher) -> None:
    assert [text[m.start : m.end] for m in matcher.find(text)] == [found]


@pytest.mark.parametrize("word", ["xbitch", "bitchx", "zbitchz"])
def test_a_padded_term_is_a_disguise(word: str, matcher: Matcher) -> None:
    assert [match.evasive for match in matcher.find(word)] == [True]


@pytest.mark.parametrize(
    "word",
    [
        "therapistlist",
        "assassination",
        "woodcock",
        "Laycock",
        "Cuckfield",
        "Bitchfield",
        "Shital",
        "twinkling",
        "squawking",
        "ironmongery",
        "spicy",
        "tardy",
        "inflate",
        "multivibrator",
    ],
)
def test_an_innocent_word_is_not(word: str, matcher: Matcher) -> None:
    assert matcher.find(word) == []


@pytest.mark.parametrize(
    "word", ["btich", "whoer", "bastrad", "fagggot", "reggin", "kcuf", "hctib"]
)
def test_a_slip_on_purpose_is_a_disguise(word: str, matcher: Matcher) -> None:
    assert [match.term for match in matcher.find(f"you {word} there")]


@pytest.mark.parametrize(
    "word", ["fletcher", "skid", "snoop", "shiite", "homey", "disks", "hoses", "gals", "faking"]
)
def test_a_word_that_looks_like_a_slip_is_not(word: str, matcher: Matcher) -> None:
    assert matcher.find(f"a {word} there") == []
