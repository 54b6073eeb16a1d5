"""Terms glued to common words, padded or with a suffix; and words that only seem to be."""

from __future__ import annotations

import pytest

from moderator.lexicon import Matcher
from moderator.lexicon.compounds import CompoundMatcher


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


@pytest.mark.parametrize(
    "word", ["xbitch", "bitchx", "zbitchz", "whatabitch", "suchacunt", "youslut", "thebitch"]
)
def test_a_term_padded_or_glued_to_an_opening_is_a_disguise(word: str, matcher: Matcher) -> None:
    assert [match.evasive for match in matcher.find(word)] == [True]


@pytest.mark.parametrize(
    "word",
    [
        "therapistlist",
        "therapists",
        "thecockpit",
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


WORDS = "table water garden house window slar tolo gist able tablehouse slartw"
LONG = "abcdefghijk"  # eleven letters, a common word of the matcher below


def judge(word: str) -> list[tuple[str, int, bool]]:
    """(letters of the hit, term, evasive) of each hit in a word, with a few terms made up."""
    matcher = CompoundMatcher(
        roots={"blat": 0, "gork": 1},
        ends={"blat": 0, "blats": 0, "gork": 1, "gorks": 1},
        starts={"frel": 2, "frelling": 2},
        anywhere={"smeg": 3, "smegger": 3},
        glued={"slart": 4, "slarts": 4, "slarty": 4, "zot": 5, "ater": 6},
        parts=["head", "face", "fa", "cegork"],
        common=[*WORDS.split(), LONG, "ape", "o" * 24, "e" * 25, "theslarty"],
        innocent=frozenset({"gorkblat", "smegly"}),
        allowlisted_prefixes=("frelli", "smegm"),
    )
    return [(word[hit.start : hit.end], hit.term, hit.evasive) for hit in matcher.judge(word)]


@pytest.mark.parametrize(
    ("word", "hits"),
    [
        ("blat", [("blat", 0, False)]),
        ("blathead", [("blathead", 0, False)]),
        ("headgorks", [("headgorks", 1, False)]),
        ("blatgorks", [("blatgorks", 0, False)]),
        ("7blathead42", [("blathead", 0, False)]),
        ("blatshead", []),  # only the last piece is inflected
        ("headface", []),
        ("facegork", [("facegork", 1, False)]),  # though it is "fa" and "cegork", too
        ("blatx", []),
        ("hblat", []),
        ("gorkblat", []),  # allowlisted
        ("7gorkblat", []),
        ("4711", []),
    ],
)
def test_a_word_of_known_pieces(word: str, hits: list[tuple[str, int, bool]]) -> None:
    assert judge(word) == hits


@pytest.mark.parametrize(
    ("word", "hits"),
    [
        ("frelxy", [("frel", 2, False)]),
        ("8frelxy", [("frel", 2, False)]),
        ("frelling", []),  # allowlisted from its start on
        ("frelli", []),
        ("frell", [("frel", 2, False)]),
        ("xyfrel", []),
        ("unsmegged", [("smeg", 3, False)]),
        ("unsmeggers", [("smegger", 3, False)]),
        ("smegly", []),
        ("smegma", []),
        ("xsmegy", [("smeg", 3, True)]),
        ("xsmegyy", [("smeg", 3, False)]),
        ("smeg", [("smeg", 3, False)]),
        ("asmegbcsmegd", [("smeg", 3, False), ("smeg", 3, False)]),
    ],
)
def test_a_term_at_the_start_of_a_word_or_anywhere(
    word: str, hits: list[tuple[str, int, bool]]
) -> None:
    assert judge(word) == hits


@pytest.mark.parametrize(
    ("word", "hits"),
    [
        ("noslartshere", []),  # "here" is not among these common words
        ("noslarts", [("slarts", 4, False)]),
        ("slarttable", [("slart", 4, False)]),
        ("slartesque", [("slart", 4, False)]),
        ("slarttableesque", []),  # a suffix belongs to the term
        ("headslart", [("slart", 4, False)]),
        ("weslartonmygous", [("slart", 4, False)]),
        ("weslartonmygousdo", []),  # more than six pieces
        ("slartslart", [("slart", 4, False)]),
        ("weslartonmygotablehouse", [("slart", 4, False)]),  # six, the last one long
        ("slartable", []),  # as well "slar" and "table"
        ("slartologist", [("slart", 4, False)]),  # two pieces, against three of common words
        ("slartwater", [("slart", 4, False)]),  # the first of two that are as likely
        (f"slart{'o' * 24}", [("slart", 4, False)]),
        (f"slart{'e' * 25}", []),
        ("nozothouse", []),  # a term of three letters is not glued
        ("slartape", []),  # nor is a common word of three
        (f"slart{LONG * 3}tablehouse", [("slart", 4, False)]),  # of 48 letters
        (f"slart{LONG * 4}", []),  # of 49, longer than any compound
        ("slart", []),  # a word by itself is not judged here
        ("xslart", [("slart", 4, True)]),
        ("zslartq", [("slart", 4, True)]),
        ("xxslartx", []),
        ("yslart", []),
    ],
)
def test_a_term_glued_to_common_words_or_padded(
    word: str, hits: list[tuple[str, int, bool]]
) -> None:
    assert judge(word) == hits


@pytest.mark.parametrize(
    ("word", "hits"),
    [
        ("whataslart", [("slart", 4, True)]),
        ("whatslart", [("slart", 4, True)]),
        ("hesanslarts", [("slarts", 4, True)]),
        ("anslart", [("slart", 4, True)]),
        ("aslart", []),  # an opening has two letters
        ("xtheslart", []),
        ("theslartx", []),
        ("whatazot", []),
        ("theslarty", []),  # a common word
        ("nowhataslart", []),
    ],
)
def test_a_term_glued_to_the_beginning_of_a_remark_is_a_disguise(
    word: str, hits: list[tuple[str, int, bool]]
) -> None:
    assert judge(word) == hits
