"""Every form in which a term may stand in a plain text, written out.

A *surface* is canonical text: words of letters and digits, single spaces between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from moderator.lexicon.dataset import Allowed, Term
from moderator.lexicon.inflect import forms

LEAST, MOST = 4, 14  # letters of a word worth disguising


def surfaces(entry: Term | Allowed) -> Iterator[str]:
    """All inflected forms of all spellings, with each gap both as a space and closed."""
    for spelling in entry.spellings:
        yield from forms(spelling.replace("_", " "), entry.forms)
        if " " in spelling:
            yield from forms(spelling.replace(" ", "").replace("_", " "), entry.forms)


def disguised(term: Term, words: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(form in plain letters that stands for a surface, surface) of a single-word term.

    Spellings too short to be told from chance, and phrases, have none.
    """
    for spelling in term.spellings:
        if LEAST <= len(spelling) <= MOST and spelling.isalpha():
            for surface in forms(spelling, term.forms):
                if surface.isalpha():
                    most = 2 if surface == spelling and len(spelling) <= 6 else 1
                    for hidden in (*split(surface, words, most), *stretched(surface)):
                        yield hidden, surface
                    for hidden in swapped(surface):
                        yield hidden, surface


def split(surface: str, words: frozenset[str], most: int) -> Iterator[str]:
    """The surface with one to `most` breaks ("f uck", "fu c k"), but never all in `words`."""
    for breaks in range(1, most + 1):
        for cuts in combinations(range(1, len(surface)), breaks):
            bounds = (0, *cuts, len(surface))
            pieces = [surface[a:b] for a, b in pairwise(bounds)]
            if not all(piece in words for piece in pieces):
                yield " ".join(pieces)


def stretched(surface: str) -> Iterator[str]:
    """The surface with one letter doubled that was single ("fuuck")."""
    for at, letter in enumerate(surface):
        if letter not in surface[at - 1 : at] + surface[at + 1 : at + 2]:
            yield surface[:at] + letter + surface[at:]


def swapped(surface: str) -> Iterator[str]:
    """The surface with letters written as others that look alike ("shlt", "vvhore")."""
    for letter, likeness in (("i", "l"), ("w", "vv"), ("u", "v"), ("b", "l3"), ("l", "i")):
        if letter in surface:
            yield surface.replace(letter, likeness)
