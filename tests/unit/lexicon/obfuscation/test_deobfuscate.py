"""Disguises of a few terms in the words around triggers, and their places."""

from __future__ import annotations

import msgspec
import pytest

from moderator.lexicon.byte_views import classes
from moderator.lexicon.compiler import compile_lexicon
from moderator.lexicon.entries.dataset import Allowed
from moderator.lexicon.entries.reader import Group, added
from moderator.lexicon.finding import ALLOWLISTED, Finding, Rank
from moderator.lexicon.obfuscation.deobfuscate import Deobfuscator

TERMS = {
    "word": ["ass", "blat", "blat gork", "zork", "snid", "id"],
    "compound": ["plonk"],
    "start": ["frell", "moot"],
    "anywhere": ["smeg"],
}
LEXICON = msgspec.structs.replace(
    added([Group(terms, "insult", 3, boundary=b) for b, terms in TERMS.items()], "here")[0],
    allowed=(
        Allowed(("frelly", "gork snid"), "none", False, "x.toml:1"),
        Allowed(("moby blat",), "none", True, "x.toml:2"),
    ),
    parts=frozenset({"head"}),
)
COMPILED = compile_lexicon(LEXICON)
DEOBFUSCATOR = Deobfuscator(COMPILED)


def findings(text: str, limit: int = 100) -> list[Finding]:
    raw = text.encode()
    hits = COMPILED.triggers.find_matches_as_indexes(classes(raw))
    triggers = [(start - 1, end - 1) for _, start, end in hits]
    return list(DEOBFUSCATOR.find(raw, triggers, limit))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a$s", "ass"),
        ("a55", "ass"),
        ("a$$$s", "ass"),
        ("4sssss", "ass"),
        ("bl4t", "blat"),
        ("b1a+", "blat"),
        ("b l a t", "blat"),
        ("z0 rk", "zork"),
        ("bl@t g0rk", "blat gork"),
        ("fr3ll", "frell"),
        ("m0ot", "moot"),
        ("m0o000t", "moot"),
        ("m o0 t", "moot"),
        ("pl0nkhead", "plonk"),
        ("h3adpl0nk", "plonk"),
        ("bl*t", "blat"),
        ("bl**t", "blat"),
        ("f***l", "frell"),
        ("fr*ll", "frell"),
    ],
)
def test_a_disguise_is_found_at_its_place(text: str, term: str) -> None:
    (found,) = findings(f"and {text} then")
    assert (found.start, found.end) == (4, 4 + len(text))
    assert LEXICON.terms[found.term].id == term
    assert found.rank is Rank.DISGUISED
    assert found.evasive


@pytest.mark.parametrize(
    ("text", "written", "term"),
    [
        ("fr3lling", "fr3ll", "frell"),
        ("m00thing", "m00t", "moot"),
        ("mo0thing", "mo0t", "moot"),
        ("unsm3ged", "sm3g", "smeg"),
        ("unsm3gged", "sm3gg", "smeg"),
        ("fr3ll@y", "fr3ll", "frell"),
        ("smegm*t", "smeg", "smeg"),
    ],
)
def test_a_term_that_counts_inside_words_is_found_in_one(
    text: str, written: str, term: str
) -> None:
    (found,) = findings(f"and {text} then")
    assert text[found.start - 4 : found.end - 4] == written
    assert LEXICON.terms[found.term].id == term


@pytest.mark.parametrize(
    "text",
    [
        "a$", "as5et", "m0t", "m0thing",  # fewer letters than the term has
        "b**t",  # two letters shown of a term that does not count inside words
        "fr*llx", "bl*tblat",
        "bl4t@y",  # a symbol joins it to more letters
        "h3adhead",
    ],
)  # fmt: skip
def test_what_is_not_a_disguise(text: str) -> None:
    assert findings(f"and {text} then") == []


def test_an_allowlisted_word_is_found_and_hides_nothing_after_it() -> None:
    one, other = findings("fr3lly bl4t")
    assert (one.start, one.end, one.rank, one.term) == (0, 6, Rank.ALLOWLISTED, ALLOWLISTED)
    assert (other.start, other.end, LEXICON.terms[other.term].id) == (7, 11, "blat")


def test_an_allowlisted_phrase_may_begin_inside_a_term() -> None:
    found = [(f.start, f.end, f.rank) for f in findings("bl4t g0rk 5nid")]
    assert found == [
        (0, 9, Rank.DISGUISED), (5, 14, Rank.ALLOWLISTED), (10, 14, Rank.DISGUISED),
    ]  # fmt: skip


def test_an_allowlisted_beginning_is_found_as_a_whole() -> None:
    assert [(f.start, f.end, f.rank) for f in findings("moby bl4t")] == [
        (0, 9, Rank.ALLOWLISTED), (5, 9, Rank.DISGUISED),
    ]  # fmt: skip


def test_a_term_beside_a_disguise_is_not_one() -> None:
    assert [(f.start, f.end) for f in findings("blat bl4t")] == [(5, 9)]


def test_of_readings_that_overlap_the_longest_stays() -> None:
    assert [(f.start, f.end) for f in findings("bl4t g0rk z0rk")] == [(0, 9), (10, 14)]


def test_a_reading_of_last_resort_yields_to_any_other_that_overlaps_it() -> None:
    assert [(f.start, f.end) for f in findings("here 5n 1d then")] == [(8, 10)]
    both = findings("here z0 rk then 1d then")
    assert [(f.start, f.end) for f in both] == [(5, 10), (16, 18)]


def test_the_search_ends_after_as_many_findings_as_are_asked_for() -> None:
    text = "bl4t 5ome zork here " * 4
    assert len(findings(text)) == 4
    assert len(findings(text, 3)) == 3
    assert len(findings("bl*t some word here " * 4, 3)) == 3
