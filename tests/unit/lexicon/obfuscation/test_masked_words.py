"""Which words behind signs are read as which of a few terms, and which as none."""

from __future__ import annotations

import pytest

from moderator.lexicon.entries.reader import Group, added
from moderator.lexicon.finding import Rank
from moderator.lexicon.obfuscation.masked_words import MaskedWords

WORDS = [
    "slut", "cunt", "bitch", "whore", "wanker", "hicker", "hitler", "motherfucker", "trxp",
    "beaner", "twat", "hitman", "crap", "zut", "abcdefghijklmn", "abcdefghijklmno",
]  # fmt: skip
LEXICON, _ = added([Group(WORDS, "insult", 3), Group(["slat", "frell"], "coarse", 1)], "here")
MASKED = MaskedWords(LEXICON)


def found(text: str) -> list[tuple[str, str]]:
    """(what is written, the term that it hides) of each masked word."""
    raw = text.encode()
    findings = list(MASKED.find(raw))
    assert all(f.evasive and f.rank is Rank.DISGUISED for f in findings)
    return [(raw[f.start : f.end].decode(), LEXICON.terms[f.term].id) for f in findings]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("sl*t", "slut"),
        ("SL*T", "slut"),
        ("sl%t", "slut"),
        ("sl@t", "slut"),  # the only sign hides any letter
        ("s*t", None),
        ("s**t", "slut"),
        ("s##t", "slut"),
        ("s--t", "slut"),
        ("s__t", "slut"),
        ("s_-t", None),  # two kinds of masks
        ("s~~t", None),
        ("s-*t", None),
        ("s**&", None),
        ("sl@@t", None),
        ("w**nker", None),
        ("sl**", "slut"),
        ("slu*", "slut"),
        ("slu#", "slut"),
        ("bi***", "bitch"),
        ("s***", None),
        ("bi---", None),
        ("bit--", None),  # fewer letters before a dash end a clause
        ("wan---", None),
        ("wank--", "wanker"),
        ("whor-", None),
        ("is**", None),
        ("s*ut*", None),
        ("b!tch", "bitch"),
        ("b!+ch", "bitch"),
        ("b1tch", "bitch"),
        ("b2tch", "bitch"),  # the only digit hides any vowel
        ("bit4h", None),
        ("b14ch", None),
        ("wank3r", "wanker"),
        ("s!u+", "slut"),
        ("m0th3rfucker", "motherfucker"),
        ("hi+|er", "hitler"),
        ("h!+ler", "hitler"),
        ("hi!|er", "hitler"),  # beside five letters any sign hides any
        ("b!@ch", None),
        ("w@+ker", "wanker"),
        ("hi*|er", "hitler"),
        ("motherf*#ker", "motherfucker"),
        ("mo+herf*cker", "motherfucker"),
        ("slxt", "slut"),
        ("bxtch", "bitch"),
        ("sxut", None),  # x stands for a vowel only
        ("cuxt", None),
        ("whxre", "whore"),
        ("whorx", None),
        ("wxankr", None),
        ("wh*rx", None),
        ("bexn*r", None),  # and that between consonants
        ("b*anxr", "beaner"),
        ("trxp", None),  # spelled as it is
        ("t**t", "twat"),
        ("t__t", None),  # a face
        ("t--t", None),
        ("5lut", None),  # no letter leads to it
        ("sl*t's", None),
        ("sl*т", None),
        ("fr*ll", None),  # a mild word
        ("abc*efghijklmn", "abcdefghijklmn"),
        ("kn*t", None),
    ],
)
def test_a_sign_hides_what_it_may(written: str, term: str | None) -> None:
    assert found(f"a {written} b") == ([] if term is None else [(written, term)])


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("s-l-u-t", "slut"),
        ("s.l.u.t", "slut"),
        ("s\\l\\u\\t", "slut"),
        ("c-u-n-+", "cunt"),
        ("b-t-h", None),
        ("s.l*t", None),
        ("hit'man", "hitman"),
        ("hit/man", None),
        ("z/ut", None),  # a term of three letters
        ("abcdefgh/ijklmn", "abcdefghijklmn"),
        ("abcdefgh/ijklmno", None),  # one of fifteen
        ("sl'ut", "slut"),
        ("sl[u]t", "slut"),
        ("sl(u)t", "slut"),
        ("sl{u}t", "slut"),
        ("sl<u>t", "slut"),
        ("sl[u)t", None),
        ("wan/ker", "wanker"),
        ("wan,ker", "wanker"),
        ("wan-ker", "wanker"),
        ("wan/k/er", None),
        ("whor/e", "whore"),
        ("who/re", None),  # both are words, or nearly
        ("sl`ut", "slut"),
        ("<.unt", "cunt"),
        ("<unt", "cunt"),
    ],
)
def test_a_sign_may_stand_for_nothing(written: str, term: str | None) -> None:
    assert found(f"a {written} b") == ([] if term is None else [(written, term)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sl*t", ["sl*t"]),
        ("*sl*t* b", ["sl*t"]),
        ("_sl*t_ b", ["sl*t"]),
        ('a "sl*t", b', ["sl*t"]),
        ("a (sl*t) b", ["sl*t"]),
        ("a sl*t; b", ["sl*t"]),
        ("a *slut* b", []),
        ("a *sl** b", []),  # emphasis
        ("a\nsl*t\nb", ["sl*t"]),
        ("sl*t wh*re, b*tch!", ["sl*t", "wh*re", "b*tch"]),
        ("a (unt b", ["(unt"]),
        ("a {unt. b", ["{unt"]),
        ("a [unt b", []),
        ("a (unt) b", []),
        ("a (rap b", []),  # a word without the bracket
        ("(unt", ["(unt"]),
    ],
)
def test_what_opens_and_closes_a_word_is_left_outside(text: str, expected: list[str]) -> None:
    assert [written for written, _ in found(text)] == expected


def test_words_of_more_than_twice_the_longest_are_skipped() -> None:
    assert found("'" * 24 + "sl*t") == [("sl*t", "slut")]
    assert found("'" * 25 + "sl*t") == []


def test_two_hundred_words_are_looked_at() -> None:
    assert [written for written, _ in found("k*t*t " * 199 + "sl*t")] == ["sl*t"]
    assert found("k*t " * 200 + "sl*t") == []


@pytest.mark.parametrize(
    ("text", "hints"),
    [("a sl*t", True), ("a sl.ut", True), ("it's", False), ("a slut, b", False), ("SL*T", True),
     ("sl4t", True), ("next", False), ("sxxt", False), ("slxt", True), ("bob's", False),
     ("sl--", True)],
)  # fmt: skip
def test_a_text_without_signs_in_words_is_not_searched(text: str, hints: bool) -> None:
    assert MASKED.hints(text.encode()) is hints
