"""Masked words: every symbol at every place of every term, and none of it in innocent words."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from moderator.lexicon import Matcher
from tests.unit.lexicon.test_evasions import INNOCENT, TERMS

Disguise = Callable[[str, random.Random], str]


def one_symbol(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + chance.choice("$#*%&^+@") + word[at + 1 :]


def two_masks(word: str, chance: random.Random) -> str:
    places = chance.sample(range(1, len(word)), 2)
    return "".join(chance.choice("*#%") if at in places else c for at, c in enumerate(word))


def looks(word: str, _: random.Random) -> str:
    return word.translate(str.maketrans("aeiost", "@3!0$+"))


def a_digit_for_a_vowel(word: str, chance: random.Random) -> str:
    at = chance.choice([at for at, c in enumerate(word) if c in "aeiou" and at] or [1])
    return word[:at] + chance.choice("13406") + word[at + 1 :]


def dashes(word: str, _: random.Random) -> str:
    return word[0] + "-" * (len(word) - 3) + word[-2:]


WAYS: tuple[Disguise, ...] = (one_symbol, two_masks, looks, a_digit_for_a_vowel, dashes)
LONG = [word for word in TERMS if len(word) >= 5]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_most_disguises_of_every_term_are_found(way: Disguise, matcher: Matcher) -> None:
    chance = random.Random(5)
    shown = [way(word, chance) for word in LONG for _ in range(4)]
    missed = [word for word in shown if not matcher.find(f"well, {word} then")]
    assert len(missed) <= 0.12 * len(shown), missed


@pytest.mark.parametrize(("way", "share"), [(looks, 0.025), (a_digit_for_a_vowel, 0.03)])
def test_hardly_an_innocent_word_is_blamed(way: Disguise, share: float, matcher: Matcher) -> None:
    chance = random.Random(5)
    shown = [way(word, chance) for word in INNOCENT]
    blamed = [word for word in shown if matcher.find(f"well, {word} then")]
    assert len(blamed) <= share * len(shown), blamed


@pytest.mark.parametrize(
    "word",
    [
        "sh!+", "$#1t", "f$cks", "F4CK3R", "shxt", "f-u-<-k", "n4gga", "f---ing", "f-----g", "c#nt",
        "b***h", "c--t", "s__t", "fu**", "bit***", "whor--", "s[l]ut", "who(r)e", "tw<a>t",
        "sl`ut", "pe.nis", "wan/ker", "pis:sers", "slu🔥t", "sluut", "whroe", "bstard", "xslut",
        "zwhorez", "fagit", "niggre", "tnuc", "kvnt",
    ],
)  # fmt: skip
def test_each_kind_of_mask(word: str, matcher: Matcher) -> None:
    text = f"you {word}, you"
    found = [text[m.start : m.end] for m in matcher.find(text)]
    assert [written.strip("xz") for written in found] == [word.strip("xz")]


@pytest.mark.parametrize(
    "word",
    [
        "boxer", "next", "e-mail", "t-shirt", "ca$h", "gr8", "m8te", "c0de", "a+b", "r4p1d",
        "*cute*", "T__T", "k..k", "f..k", "x--x", "so**", "hit--", "who--", "bit--", "who/re",
        "man(s)", "wom[e]n", "ha🔥ha", "pens", "grids", "HMOs", "spcs", "tihs", "Esra", "xboxz",
    ],
)  # fmt: skip
def test_what_only_looks_like_one(word: str, matcher: Matcher) -> None:
    assert matcher.find(f"a {word} here") == []
