"""A lexicon made ready to run: automata over plain text, over signs and over disguised text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import combinations, groupby, product
from operator import ne
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from moderator.lexicon.compounds import CompoundMatcher
from moderator.lexicon.dataset import Allowed, Lexicon, Term
from moderator.lexicon.inflect import forms
from moderator.lexicon.surface_forms import LEAST, MOST, SLANG, disguised, surface_forms

INNOCENT = -1
_MOST_HIDDEN = 6  # letters
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

    `letters`: for each term the least lengths of the runs, or None where all are 1. `masked`: the
    term by (letters hidden, letters shown), where the runs `masks` of the pattern are masks; where
    there are several of them, 0 for the letters hidden.
    """

    letters: tuple[tuple[tuple[int, ...] | None, int], ...]
    masks: tuple[int, ...]
    masked: dict[tuple[int, int], int]


Found = tuple[int, int, int, int, bool]
"""A find in a text: start, minus end (so that the longest sort first), rank (0 innocent, 1 as it
stands, 2 disguised), number of the term or INNOCENT, whether it is evasive. Offsets in bytes."""


class CompiledLexicon(NamedTuple):
    """Automata, each with what its patterns mean, by number."""

    plain: BytesAhoCorasick
    patterns: tuple[Pattern, ...]
    signs: BytesAhoCorasick
    squeezed: BytesAhoCorasick
    shapes: tuple[Shape, ...]
    symbols: BytesAhoCorasick | None
    symbol_terms: tuple[int, ...]
    words: CompoundMatcher
    strong: frozenset[int]
    """INNOCENT, and the terms that count inside of words."""


def build(lexicon: Lexicon) -> CompiledLexicon:
    """Compiles the lexicon; some tenths of a second for thousands of terms."""
    worded = list(_worded(lexicon))
    plain = _plain(lexicon, worded)
    shapes = _shapes(lexicon, worded)
    symbols = {
        spelling: number
        for number, term in enumerate(lexicon.terms)
        for spelling in term.spellings
        if is_symbol(spelling)
    }
    return CompiledLexicon(
        BytesAhoCorasick([key.encode() for key in plain]),
        tuple(plain.values()),
        BytesAhoCorasick([sign.encode() for sign in _signs()]),
        BytesAhoCorasick([key.encode() for key in shapes]),
        tuple(shapes.values()),
        BytesAhoCorasick([key.encode() for key in symbols]) if symbols else None,
        tuple(symbols.values()),
        _words(lexicon),
        frozenset([INNOCENT, *(n for n, term in enumerate(lexicon.terms) if _inside(term))]),
    )


def _inside(term: Term) -> bool:
    return term.within in ("start", "anywhere")


def is_symbol(spelling: str) -> bool:
    """Whether a spelling is drawn with signs (emoji, figures) and is no word at all."""
    return not spelling[0].isalnum() or "=" in spelling


_Worded = tuple[int, Term, str]  # number, term, one of its surface_forms


def _worded(lexicon: Lexicon) -> Iterator[_Worded]:
    for number, term in enumerate(lexicon.terms):
        if not is_symbol(term.spellings[0]):
            for surface in surface_forms(term):
                yield number, term, surface


def _plain(lexicon: Lexicon, worded: Sequence[_Worded]) -> dict[str, Pattern]:
    """Patterns over plain text; of two terms with one surface the first listed has it."""
    found: dict[str, Pattern] = {}
    for allowed in lexicon.allowed:
        for surface in surface_forms(allowed):
            key = f" {surface}" if allowed.prefix else f" {surface} "
            found.setdefault(key, Pattern(Kind.WHOLE, INNOCENT, False))
    for number, term, surface in worded:
        found.setdefault(f" {surface} ", Pattern(Kind.WHOLE, number, False))
        if term.within != "word" and " " not in surface:
            found.setdefault(surface, Pattern(Kind.PIECE, number, False))
    for number, term in enumerate(lexicon.terms):
        if hides(term):
            for hidden in disguised(term, lexicon.words):
                found.setdefault(f" {hidden} ", Pattern(Kind.WHOLE, number, True))
    for letter in "abcdefghijklmnopqrstuvxyz":
        for run in (letter * _RUN, f"www{letter}"):  # but not "www."
            found.setdefault(run, Pattern(Kind.SIGN, INNOCENT, False))
    for letters in product("abcdefghijklmnopqrstuvwxyz", repeat=_RUN):  # three pairs in a row
        doubled = "".join(letter * 2 for letter in letters)
        found.setdefault(doubled, Pattern(Kind.SIGN, INNOCENT, False))
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
        yield from (f"{letter}!{other}" for other in "1$")
        for a, b, c in product(gaps, repeat=3):
            yield from (f"{a}{letter}{b}1{c}", f"{a}1{b}{letter}{c}")
    for spelled in product(letters, repeat=3):
        for a, b, c, d in product(gaps, repeat=4):
            yield f"{a}{spelled[0]}{b}{spelled[1]}{c}{spelled[2]}{d}"
    yield from ("()", "( )", "(.)", "(*)", "(_)", "aI", "$$", "1=", "a==", "\0")
    yield from (f"_{sign}_" for sign in "1!(*)-. ")


def _shapes(lexicon: Lexicon, worded: Sequence[_Worded]) -> dict[str, Shape]:
    letters: dict[str, dict[tuple[int, ...] | None, int]] = {}
    masked: dict[str, dict[tuple[int, int], int]] = {}
    for allowed in lexicon.allowed:
        for surface in surface_forms(allowed):
            key, runs = squeeze(surface)
            end = "" if allowed.prefix else " "
            letters.setdefault(f" {key}{end}", {}).setdefault(runs, INNOCENT)
    for number, term, surface in worded:
        key, runs = squeeze(surface)
        letters.setdefault(f" {key} ", {}).setdefault(runs, number)
        if term.within != "word" and " " not in surface:
            letters.setdefault(key, {})
    for number, term in enumerate(lexicon.terms):
        if hides(term):
            for key, hidden, shown in _masks(term):
                masked.setdefault(f" {key} ", {}).setdefault((hidden, shown), number)
    found = {key: Shape(tuple(runs.items()), (), {}) for key, runs in letters.items()}
    for key, terms in masked.items():
        masks = tuple(at for at, sign in enumerate(key.strip()) if sign == "*")
        found[key] = Shape((), masks, terms)
    return found


def hides(term: Term) -> bool:
    """Whether it pays to look for a term in disguise: mild words nobody hides."""
    return term.severity >= 2


def _masks(term: Term) -> Iterator[tuple[str, int, int]]:
    """(squeezed, letters hidden, letters shown) of a word with letters behind signs: "sh*t".

    Three letters are to be seen, or two of a strong term's own spelling ("f**k"). Where each
    vowel is hidden by itself ("m*th*rf*ck*r") the number hidden is given as 0.
    """
    strong = _inside(term)
    for spelling in (spelling.replace(" ", "") for spelling in term.spellings[:2]):
        if not LEAST <= len(spelling) <= MOST or not spelling.isalpha():
            continue
        for surface in forms(spelling, term.forms):
            size = len(surface)
            if surface != spelling and surface.endswith(SLANG):
                continue
            two = strong and surface == spelling and spelling == term.spellings[0]
            for first, last in combinations(range(1, size + 1), 2):
                hidden = last - first
                if hidden <= _MOST_HIDDEN and size - hidden >= (2 if two and last < size else 3):
                    yield squeeze(f"{surface[:first]}*{surface[last:]}")[0], hidden, size - hidden
            vowels = sum(char in "aeiou" for char in surface[1:])
            if vowels > 1:
                shown = surface[0] + "".join("*" if c in "aeiou" else c for c in surface[1:])
                yield squeeze(shown)[0], 0, size - vowels


def squeeze(surface: str) -> tuple[str, tuple[int, ...] | None]:
    """Each run of a letter as one, and the lengths of the runs, None where all are 1."""
    if all(map(ne, surface, surface[1:])):
        return surface, None
    runs = [(letter, len(list(group))) for letter, group in groupby(surface)]
    return "".join(letter for letter, _ in runs), tuple(count for _, count in runs)


def _words(lexicon: Lexicon) -> CompoundMatcher:
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
    return CompoundMatcher(
        roots, ends, starts, anywhere, lexicon.parts,
        frozenset(_all(singles)), tuple(_all(beginnings)),
    )  # fmt: skip


def _all(allowed: Iterable[Allowed]) -> Iterator[str]:
    for entry in allowed:
        yield from surface_forms(entry)
