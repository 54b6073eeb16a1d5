"""What patterns over squeezed text stand for: terms by their runs of letters, or by their masks.

Squeezed text has each run of one letter as a single letter, so "fuuuck" and "fuck" are one pattern
and "ass" shares one with "as". A shape separates them again: "ass" needs runs of at least
(1, 2). For masks it is the number of letters hidden and shown that decides: `sh*t` hides one
letter and shows three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, groupby
from operator import ne
from typing import NamedTuple

from moderator.lexicon.entries.dataset import Lexicon, Term
from moderator.lexicon.entries.inflect import forms
from moderator.lexicon.entries.surface_forms import (
    MAX_LETTERS,
    MIN_LETTERS,
    SLANG,
    surface_forms,
)
from moderator.lexicon.finding import ALLOWLISTED

_MAX_HIDDEN = 6  # letters

WordForm = tuple[int, Term, str]
"""Number of a term, the term, and one of its surface forms."""


class Shape(NamedTuple):
    """What one pattern over squeezed text stands for.

    `letters`: for each term the minimum lengths of the runs, or None if all are 1. `masked`: the
    term by (letters hidden, letters shown), the runs numbered `masks` being masks; if there are
    several of them, the letters hidden are given as 0.
    """

    letters: tuple[tuple[tuple[int, ...] | None, int], ...]
    masks: tuple[int, ...]
    masked: dict[tuple[int, int], int]


def shapes(lexicon: Lexicon, word_forms: Sequence[WordForm]) -> dict[str, Shape]:
    """Pattern → shape, for all allowlisted words and terms."""
    letters: dict[str, dict[tuple[int, ...] | None, int]] = {}
    masked: dict[str, dict[tuple[int, int], int]] = {}
    for allowed in lexicon.allowed:
        for surface in surface_forms(allowed):
            key, runs = squeeze(surface)
            end = "" if allowed.prefix else " "
            letters.setdefault(f" {key}{end}", {}).setdefault(runs, ALLOWLISTED)
    for number, term, surface in word_forms:
        key, runs = squeeze(surface)
        letters.setdefault(f" {key} ", {}).setdefault(runs, number)
        if term.boundary != "word" and " " not in surface:
            letters.setdefault(key, {})
    for number, term in enumerate(lexicon.terms):
        if term.worth_hiding:
            for key, hidden, visible in _masks(term):
                masked.setdefault(f" {key} ", {}).setdefault((hidden, visible), number)
    found = {key: Shape(tuple(runs.items()), (), {}) for key, runs in letters.items()}
    for key, terms in masked.items():
        masks = tuple(at for at, sign in enumerate(key.strip()) if sign == "*")
        found[key] = Shape((), masks, terms)
    return found


def _masks(term: Term) -> Iterator[tuple[str, int, int]]:
    """(squeezed, letters hidden, letters shown) of a word with letters masked: "sh*t".

    Three letters must show, or two of the first spelling of a term that counts inside words
    ("f**k"). If each vowel is masked by itself ("m*th*rf*ck*r"), the number hidden is given as 0.
    """
    for spelling in (spelling.replace(" ", "") for spelling in term.spellings[:2]):
        if not MIN_LETTERS <= len(spelling) <= MAX_LETTERS or not spelling.isalpha():
            continue
        for surface in forms(spelling, term.forms):
            size = len(surface)
            if surface != spelling and surface.endswith(SLANG):
                continue
            two = term.counts_inside_words and surface == spelling and spelling == term.spellings[0]
            for first, last in combinations(range(1, size + 1), 2):
                hidden = last - first
                if hidden <= _MAX_HIDDEN and size - hidden >= (2 if two and last < size else 3):
                    yield squeeze(f"{surface[:first]}*{surface[last:]}")[0], hidden, size - hidden
            vowels = sum(char in "aeiou" for char in surface[1:])
            if vowels > 1:
                shown = surface[0] + "".join("*" if c in "aeiou" else c for c in surface[1:])
                yield squeeze(shown)[0], 0, size - vowels


def squeeze(surface: str) -> tuple[str, tuple[int, ...] | None]:
    """Each run of a letter as one, and the lengths of the runs, None if all are 1."""
    if all(map(ne, surface, surface[1:])):
        return surface, None
    runs = [(letter, len(list(group))) for letter, group in groupby(surface)]
    return "".join(letter for letter, _ in runs), tuple(count for _, count in runs)
