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
    """`term` is a number in the lexicon, or INNOCENT."""

    kind: Kind
    term: int
    surface: str


class Shape(NamedTuple):
    """A squeezed surface: at least `runs[i]` letters in run i; `hidden` letters in a mask's run."""

    term: int
    runs: tuple[int, ...]
    mask: int
    hidden: int


class Found(NamedTuple):
    """A span of a text in bytes, the number of its term or INNOCENT, and the surface seen there,
    empty where it was read into the text."""

    start: int
    end: int
    term: int
    surface: str


class Program(NamedTuple):
    """Automata, each with what its patterns mean, by number."""

    plain: BytesAhoCorasick
    patterns: tuple[Pattern, ...]
    signs: BytesAhoCorasick
    squeezed: BytesAhoCorasick
    shapes: tuple[tuple[Shape, ...], ...]
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
        tuple(map(tuple, shapes.values())),
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
            found.setdefault(key, Pattern(Kind.WHOLE, INNOCENT, surface))
    everything = list(_worded(lexicon))
    for number, term, surface in everything:
        found.setdefault(f" {surface} ", Pattern(Kind.WHOLE, number, surface))
        if term.within != "word" and " " not in surface:
            found.setdefault(surface, Pattern(Kind.PIECE, number, surface))
    for number, term in enumerate(lexicon.terms):
        if hides(term):
            for hidden, surface in disguised(term, lexicon.words):
                found.setdefault(f" {hidden} ", Pattern(Kind.WHOLE, number, surface))
    for letter in "abcdefghijklmnopqrstuvxyz":  # no "www"
        found.setdefault(letter * _RUN, Pattern(Kind.SIGN, INNOCENT, letter))
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


def _shapes(lexicon: Lexicon) -> dict[str, list[Shape]]:
    found: dict[str, list[Shape]] = {}
    for allowed in lexicon.allowed:
        for surface in surfaces(allowed):
            letters, runs = squeeze(surface)
            end = "" if allowed.prefix else " "
            found.setdefault(f" {letters}{end}", []).append(Shape(INNOCENT, runs, -1, 0))
    for number, term, surface in _worded(lexicon):
        letters, runs = squeeze(surface)
        found.setdefault(f" {letters} ", []).append(Shape(number, runs, -1, 0))
        if term.within != "word" and " " not in surface:
            found.setdefault(letters, [])
    for number, term in enumerate(lexicon.terms):
        if hides(term):
            for surface in (s for spelling in term.spellings for s in forms(spelling, term.forms)):
                for key, shape in _masks(number, term, surface):
                    found.setdefault(f" {key} ", []).append(shape)
                    if term.severity == _GRAVEST and term.within == "anywhere":
                        found.setdefault(f"{key} ", []).append(shape)
    return found


def hides(term: Term) -> bool:
    """Whether it pays to look for a term in disguise: mild words nobody hides."""
    return term.severity >= 2


def _masks(number: int, term: Term, surface: str) -> Iterator[tuple[str, Shape]]:
    """The surface with letters in a row hidden behind signs ("f**k", "sh*t", "n****r")."""
    size = len(surface)
    if not LEAST <= size <= MOST or not surface.isalpha():
        return
    least_shown = 1 if term.severity >= 3 and term.within == "anywhere" else 2
    for first in range(1, size):
        for last in range(first + 1, size + 1):
            if size - (last - first) >= least_shown:
                letters, runs = squeeze(f"{surface[:first]}*{surface[last:]}")
                yield letters, Shape(number, runs, letters.index("*"), last - first)
    vowels = sum(char in "aeiou" for char in surface[1:])
    if vowels > 1:
        shown = surface[0] + "".join("*" if c in "aeiou" else c for c in surface[1:])
        letters, runs = squeeze(shown)
        yield letters, Shape(number, runs, -1, 0)


def squeeze(surface: str) -> tuple[str, tuple[int, ...]]:
    """Each run of a letter as one, and the lengths of the runs."""
    runs = [(letter, len(list(group))) for letter, group in groupby(surface)]
    return "".join(letter for letter, _ in runs), tuple(count for _, count in runs)


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
