"""What the matcher finds with a few made-up terms: places, languages, signs, words, limits."""

from __future__ import annotations

import pytest

from moderator.lexicon.entries.dataset import Allowed, Lexicon, Term
from moderator.lexicon.matcher import MAX_MATCHES, NOT_ENGLISH, Matcher

NOTHING: frozenset[str] = frozenset()


def term(
    spelling: str, boundary: str = "word", language: str = "en", *, everywhere: bool = False
) -> Term:
    return Term(
        spelling, "insult", 3, (spelling,), "none", boundary, language, "x.toml:1", everywhere
    )


TERMS = (
    term("blat"), term("plonk", "compound"), term("frell", "start"), term("smeg", "anywhere"),
    term("zork dup"), term("gorkel", everywhere=True), term("blorgo"),
    term("blorgo", language="sv"), term("skrutt", language="sv"),
    term("window", language="ro"), term("vindua", language="ro"), term("снег", "compound", "ru"),
    term("🖕"), term("8==d"), term("faceplonk"),
)  # fmt: skip
ALLOWED = (
    Allowed(("smegly",), "none", False, "x.toml:2"),
    Allowed(("moby blat",), "none", True, "x.toml:3"),
)
LEXICON = Lexicon(TERMS, ALLOWED, frozenset({"head", "face", "дом"}), NOTHING, NOTHING, NOTHING, "")
MATCHER = Matcher(LEXICON)


def found(text: str, language: str | None = None) -> list[tuple[str, str, bool]]:
    """(what is written, term, evasive) of each match."""
    return [(text[m.start : m.end], m.term, m.evasive) for m in MATCHER.find(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a blat.", [("blat", "blat", False)]),
        ("blat", [("blat", "blat", False)]),
        ("BLAT, blat", [("BLAT", "blat", False), ("blat", "blat", False)]),
        ("a bl4t", [("bl4t", "blat", True)]),
        ("a blaaat", [("blaaat", "blat", True)]),
        ("a bllaatt", [("bllaatt", "blat", True)]),
        ("a bl*t", [("bl*t", "blat", True)]),
        ("a bla-t!", [("bla-t", "blat", True)]),
        ("a blxt", [("blxt", "blat", True)]),
        ("a blat@me", []),
        ("a moby blat", []),
        ("a moby blatter", []),
        ("zork dup", [("zork dup", "zork dup", False)]),
        ("zorkdup", [("zorkdup", "zork dup", False)]),
        ("a plonkhead", [("plonkhead", "plonk", False)]),
        ("a headplonk here", [("headplonk", "plonk", False)]),
        ("a faceplonk", [("faceplonk", "faceplonk", False)]),  # a term of its own
        ("a xplonky", []),
        ("plonkhead@me", []),
        ("a frellous", [("frell", "frell", False)]),
        ("frellous@me", [("frell", "frell", False)]),
        ("a unsmegged", [("smeg", "smeg", False)]),
        ("a smegly", []),
        ("smeg smegly unsmegged", [("smeg", "smeg", False), ("smeg", "smeg", False)]),
        ("a 8==D b", [("8==D", "8==d", False)]),
        ("8==d", [("8==d", "8==d", False)]),
        ("a8==d b", []),
        ("8==db", []),
        ("nothing here", []),
        ("", []),
    ],
)
def test_ascii(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("é blat é", [("blat", "blat", False)]),
        ("é BLAT é", [("BLAT", "blat", False)]),
        ("é blät é", [("blät", "blat", True)]),
        ("ｂｌａｔ", [("ｂｌａｔ", "blat", True)]),
        ("bl\u200bat", [("bl\u200bat", "blat", True)]),
        ("bl\x08at x", [("bl\x08at", "blat", True)]),
        ("x 8=\x08=d x", [("8=\x08=d", "8==d", True)]),
        ("a\tblat\nx", [("blat", "blat", False)]),
        ("bl🔥t", [("bl🔥t", "blat", True)]),
        ("bl🔥at", [("bl🔥at", "blat", True)]),
        ("bl 🔥 at", []),
        ("blo🔥🔥o", []),
        ("é bl4t", [("bl4t", "blat", True)]),
        ("🔥blat🔥", [("blat", "blat", False)]),
        ("so 🖕 you", [("🖕", "🖕", False)]),
        ("so🖕you", [("🖕", "🖕", False)]),
        ("é 8==D é", [("8==D", "8==d", False)]),
        ("мой снег", [("снег", "снег", False)]),
        ("мой домснег тут", [("домснег", "снег", False)]),
        ("é frellé", [("frell", "frell", False)]),
    ],
)
def test_beyond_ascii(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("language", "terms"),
    [
        (None, ["blat", "gorkel", "blorgo", "skrutt", "vindua"]),
        ("en", ["blat", "gorkel", "blorgo"]),
        ("sv", ["gorkel", "blorgo", "skrutt"]),
        ("ro", ["gorkel", "window", "vindua"]),
        ("fi", ["gorkel"]),
        (NOT_ENGLISH, ["gorkel", "blorgo", "skrutt", "window", "vindua"]),
    ],
)
def test_terms_of_a_language(language: str | None, terms: list[str]) -> None:
    text = "blat gorkel blorgo skrutt window vindua"
    assert [term for _, term, _ in found(text, language)] == terms
    assert [term for _, term, _ in found(f"é {text}", language)] == terms


@pytest.mark.parametrize(
    ("text", "language", "counts"),
    [
        ("det är görkel", "sv", False),  # a word of that language
        ("är görkel", "sv", True),  # hardly a sentence
        ("det är görkel", "en", True),
        ("det är görkel", None, True),
        ("det är gorkel", "sv", True),
        ("det är görk\u0435l", "sv", True),  # one letter is Cyrillic
        ("det är blörgo", "sv", True),  # a term of that language
    ],
)
def test_letters_with_accents_are_no_disguise_in_a_language_that_has_them(
    text: str, language: str | None, counts: bool
) -> None:
    assert bool(found(text, language)) is counts


@pytest.mark.parametrize(
    ("language", "counts"), [(None, True), ("en", True), ("sv", False), ("fi", False)]
)
def test_a_misspelt_term_counts_in_its_own_languages_only(
    language: str | None, counts: bool
) -> None:
    assert [term for _, term, _ in found("so gorkkel here", language)] == ["gorkel"] * counts


def test_a_text_is_searched_to_about_the_largest_number_of_matches() -> None:
    assert len(found("blat " * (MAX_MATCHES + 50))) == MAX_MATCHES + 1
    assert len(found("unsmegged " * (MAX_MATCHES + 50))) == MAX_MATCHES
    assert len(found("smegly " * (MAX_MATCHES + 50) + "blat")) == 1
    disguised = "blat " * MAX_MATCHES + "b l a t"
    assert len(found(disguised)) == MAX_MATCHES
    assert len(found(disguised.removeprefix("blat "))) == MAX_MATCHES
