"""Which texts hold a trigger, by the signs in them."""

from __future__ import annotations

import pytest
from ahocorasick_rs import BytesAhoCorasick

from moderator.lexicon.byte_views import classes
from moderator.lexicon.obfuscation.triggers import trigger_patterns

PATTERNS = list(trigger_patterns())
AUTOMATON = BytesAhoCorasick([pattern.encode() for pattern in PATTERNS])


@pytest.mark.parametrize(
    "text",
    [
        "f*ck", "F*", "*u", "s1t", "1s", "s5", "$h", "a$", "f_ck", "_f", "I*", "*I",
        "go !t", "go 'n' on", "f!ck", "f.ck", "f--k", "F--K", "F!1", "f!$",
        "f u c k", "F.u-c k", "go a 1 off", "go 1 a off", "go .1-a. off",
        "a ()", "(((a", "( )", "(.)", "(*)", "(_)", "aIb", "$$", "1=", "b== ", "a\bb",
        "_!_", "_1_", "_ _",
    ],
)  # fmt: skip
def test_a_disguise_may_be_here(text: str) -> None:
    assert AUTOMATON.find_matches_as_indexes(classes(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "plain words", "Two Words, and. More", "fuck", "so! and so", "well-known", "it's", "a - b",
        "(a)", "((a))", "x = 2", "12:30", "a 12 b", "see a b", "I am", "99", "one\ntwo",
        "wait -- what", "$ 5",
    ],
)  # fmt: skip
def test_ordinary_writing_holds_none(text: str) -> None:
    assert not AUTOMATON.find_matches_as_indexes(classes(text.encode()))


def test_no_trigger_is_listed_twice_or_longer_than_eight_bytes() -> None:
    assert len(set(PATTERNS)) == len(PATTERNS)
    assert max(map(len, PATTERNS)) <= 8
