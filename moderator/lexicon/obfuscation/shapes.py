"""What patterns over squeezed text stand for: terms, distinguished by their runs of letters.

Squeezed text has each run of one letter as a single letter, so "fuuuck" and "fuck" are one pattern
and "ass" shares one with "as". A shape separates them again: "ass" needs runs of at least
(1, 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from operator import ne

from moderator.language import ENGLISH
from moderator.lexicon.entries.dataset import Lexicon, Term
from moderator.lexicon.entries.surface_forms import surface_forms
from moderator.lexicon.finding import ALLOWLISTED

WordForm = tuple[int, Term, str]
"""Number of a term, the term, and one of its surface forms."""


Shape = tuple[tuple[tuple[int, ...] | None, int], ...]
"""For each term of one pattern the minimum lengths of its runs, or None if all are 1."""


def shapes(lexicon: Lexicon, word_forms: Sequence[WordForm]) -> dict[str, Shape]:
    """Pattern → shape, for all allowlisted words and terms."""
    letters: dict[str, dict[tuple[int, ...] | None, int]] = {}
    for allowed in lexicon.allowed:
        for surface in surface_forms(allowed):
            key, runs = squeeze(surface)
            end = "" if allowed.prefix else " "
            letters.setdefault(f" {key}{end}", {}).setdefault(runs, ALLOWLISTED)
    for number, term, surface in word_forms:
        if term.language != ENGLISH and " " in surface:
            continue  # tens of thousands of phrases, which nobody disguises as a whole
        key, runs = squeeze(surface)
        letters.setdefault(f" {key} ", {}).setdefault(runs, number)
        if term.boundary != "word" and " " not in surface:
            letters.setdefault(key, {})
    once: dict[Shape, Shape] = {}  # most are of one form of a term, which has many
    shaped = ((key, tuple(runs.items())) for key, runs in letters.items())
    return {key: once.setdefault(shape, shape) for key, shape in shaped}


def squeeze(surface: str) -> tuple[str, tuple[int, ...] | None]:
    """Each run of a letter as one, and the lengths of the runs, None if all are 1."""
    if all(map(ne, surface, surface[1:])):
        return surface, None
    runs = [(letter, len(list(group))) for letter, group in groupby(surface)]
    return "".join(letter for letter, _ in runs), _once(tuple(count for _, count in runs))


@lru_cache(maxsize=1 << 14)
def _once(runs: tuple[int, ...]) -> tuple[int, ...]:
    """Equal runs as one object."""
    return runs
