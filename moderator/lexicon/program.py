"""A lexicon made ready to run: automata over plain text, over signs and over disguised text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from itertools import groupby, product
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from moderator.lexicon.dataset import Allowed, Lexicon, Term
from moderator.lexicon.inflect import forms
from moderator.lexicon.surfaces import LEAST, MOST, disguised, surfaces
from moderator.lexicon.words import Words

INNOCENT = -1
_GRAVEST = 4
_RUN = 3  # equal letters in a row that no English word has


class Kind(IntEnum):
    """What a pattern found in the plain text means."""

    WHOLE = 0  # a surface with a space on each side
    PIECE = 1  # a term that may be joined into a word: judge the word
    SIGN = 2  # letters repeated beyond spelling


class Pattern(NamedTuple):
    """`term` is a number in the lexicon, or INNOCENT; `hidden` where the pattern is a disguise."""

    kind: Kind
    term: int
    hidden: bool


class Shape(NamedTuple):
    """What a pattern over squeezed text stands for.

    `letters`: for each term the least lengths of the runs, or None where all are 1. `masked`: by
    number of hidden letters the term, where run `mask` of the pattern is a mask; `shown` letters
    are legible.
    """

    letters: tuple[tuple[tuple[int, ...] | None, int], ...]
    mask: int
    shown: int
    masked: dict[int, int]


Found = tuple[int, int, int, int, bool]
"""A find in a text: start, minus end (so that the longest sort first), rank (0 innocent, 1 as it
stands, 2 disguised), number of the term or INNOCENT, whether it is evasive. Offsets in bytes."""


class Program(NamedTuple):
    """Automata, each with what its patterns mean, by number."""

    plain: BytesAhoCorasick
    patterns: tuple[Pattern, ...]
    signs: BytesAhoCorasick
    squeezed: BytesAhoCorasick
    shapes: tuple[Shape, ...]
    symbols: BytesAhoCorasick | None
    symbol_terms: tuple[int, ...]
    words: Words


def build(lexicon: Lexicon) -> Program:
    """Compiles the lexicon; some tenths of a second for thousands of terms."""
    plain = _plain(lexicon)
    shapes = _shapes(lexicon)
    symbols = {
        spelling: number
        for number, term in enumerate(lexicon.terms)
        for spelling in term.spellings
        if is_symbol(spelling)
    }
    return Program(
        BytesAhoCorasick([key.encode() for key in plain]),
        tuple(plain.values()),
        BytesAhoCorasick([sign.encode() for sign in _signs()]),
        BytesAhoCorasick([key.encode() for key in shapes]),
        tuple(shapes.values()),
        BytesAhoCorasick([key.encode() for key in symbols]) if symbols else None,
        tuple(symbols.values()),
        _words(lexicon),
    )


def is_symbol(spelling: str) -> bool:
    """Whether a spelling is drawn with signs (emoji, figures) and is no word at all."""
    return not spelling[0].isalnum() or "=" in spelling


def _worded(lexicon: Lexicon) -> Iterator[tuple[int, Term, str]]:
    for number, term in enumerate(lexicon.terms):
        if not is_symbol(term.spellings[0]):
            for surface in surfaces(term):
                yield number, term, surface


def _plain(lexicon: Lexicon) -> dict[str, Pattern]:
    """Patterns over plain text; of two terms with one surface the first listed has it."""
    found: dict[str, Pattern] = {}
    for allowed in lexicon.allowed:
        for surface in surfaces(allowed):
            key = f" {surface}" if allowed.prefix else f" {surface} "
            found.setdefault(key, Pattern(Kind.WHOLE, INNOCENT, False))
    everything = list(_worded(lexicon))
    for number, term, surface in everything:
        found.setdefault(f" {surface} ", Pattern(Kind.WHOLE, number, False))
        if term.within != "word" and " " not in surface:
            found.setdefault(surface, Pattern(Kind.PIECE, number, False))
    for number, term in enumerate(lexicon.terms):
        if hides(term):
            for hidden in disguised(term, lexicon.words):
                found.setdefault(f" {hidden} ", Pattern(Kind.WHOLE, number, True))
    for letter in "abcdefghijklmnopqrstuvxyz":  # no "www"
        found.setdefault(letter * _RUN, Pattern(Kind.SIGN, INNOCENT, False))
    return found


def _signs() -> Iterator[str]:
    """Patterns over the classes of `matcher.CLASSES` that tell a disguise may be there."""
    letters = "aAI"
    gaps = " -."
    for letter in letters:
        yield from (letter + sign for sign in "1*$_")
        yield from (sign + letter for sign in "1*$_")
        yield from (f" !{letter}", f"'{letter}'")
        for other in letters:
            yield from (f"{letter}{signs}{other}" for signs in ("!", ".", "--"))
        for a, b, c in product(gaps, repeat=3):
            yield from (f"{a}{letter}{b}1{c}", f"{a}1{b}{letter}{c}")
    for spelled in product(letters, repeat=3):
        for a, b, c, d in product(gaps, repeat=4):
            yield f"{a}{spelled[0]}{b}{spelled[1]}{c}{spelled[2]}{d}"
    yield from ("()", "( )", "(.)", "(*)", "(_)", "aI", "$$", "1=", "a==", "\0")
    yield from (f"_{sign}_" for sign in "1!(*)-. ")


def _shapes(lexicon: Lexicon) -> dict[str, Shape]:
    letters: dict[str, dict[tuple[int, ...] | None, int]] = {}
    masked: dict[str, dict[int, int]] = {}
    for allowed in lexicon.allowed:
        for surface in surfaces(allowed):
            key, runs = squeeze(surface)
            end = "" if allowed.prefix else " "
            letters.setdefault(f" {key}{end}", {}).setdefault(runs, INNOCENT)
    for number, term, surface in _worded(lexicon):
        key, runs = squeeze(surface)
        letters.setdefault(f" {key} ", {}).setdefault(runs, number)
        if term.within != "word" and " " not in surface:
            letters.setdefault(key, {})
    for number, term in enumerate(lexicon.terms):
        if hides(term):
            for surface in (s for spelling in term.spellings for s in forms(spelling, term.forms)):
                for key, hidden in _masks(term, surface):
                    masked.setdefault(f" {key} ", {}).setdefault(hidden, number)
                    if term.severity == _GRAVEST and term.within == "anywhere":
                        masked.setdefault(f"{key} ", {}).setdefault(hidden, number)
    found = {key: Shape(tuple(runs.items()), -1, 0, {}) for key, runs in letters.items()}
    for key, terms in masked.items():
        bare = key.strip()
        found[key] = Shape((), bare.index("*"), len(bare) - 1, terms)
    return found


def hides(term: Term) -> bool:
    """Whether it pays to look for a term in disguise: mild words nobody hides."""
    return term.severity >= 2


def _masks(term: Term, surface: str) -> Iterator[tuple[str, int]]:
    """The squeezed surface with letters in a row hidden behind signs ("f**k", "sh*t"), and their
    number; 0 where each vowel is hidden by itself ("m*th*rf*ck*r")."""
    size = len(surface)
    if not LEAST <= size <= MOST or not surface.isalpha():
        return
    least_shown = 1 if term.severity >= 3 and term.within in ("start", "anywhere") else 2
    for first in range(1, size):
        for last in range(first + 1, size + 1):
            if size - (last - first) >= least_shown:
                yield squeeze(f"{surface[:first]}*{surface[last:]}")[0], last - first
    if sum(char in "aeiou" for char in surface[1:]) > 1:
        shown = surface[0] + "".join("*" if c in "aeiou" else c for c in surface[1:])
        yield squeeze(shown)[0], 0


def squeeze(surface: str) -> tuple[str, tuple[int, ...] | None]:
    """Each run of a letter as one, and the lengths of the runs, None where all are 1."""
    runs = [(letter, len(list(group))) for letter, group in groupby(surface)]
    counts = tuple(count for _, count in runs)
    return "".join(letter for letter, _ in runs), counts if max(counts) > 1 else None


def _words(lexicon: Lexicon) -> Words:
    roots: dict[str, int] = {}
    ends: dict[str, int] = {}
    starts: dict[str, int] = {}
    anywhere: dict[str, int] = {}
    for number, term in enumerate(lexicon.terms):
        if term.within == "word":
            continue
        for spelling in term.spellings:
            root = spelling.replace(" ", "").replace("_", "")
            roots.setdefault(root, number)
            for surface in forms(root, term.forms):
                ends.setdefault(surface, number)
                if term.within == "start":
                    starts.setdefault(surface, number)
                elif term.within == "anywhere":
                    anywhere.setdefault(surface, number)
    singles = [a for a in lexicon.allowed if not a.prefix]
    beginnings = [a for a in lexicon.allowed if a.prefix]
    return Words(
        roots, ends, starts, anywhere, lexicon.parts,
        frozenset(_all(singles)), tuple(_all(beginnings)),
    )  # fmt: skip


def _all(allowed: Iterable[Allowed]) -> Iterator[str]:
    for entry in allowed:
        yield from surfaces(entry)
