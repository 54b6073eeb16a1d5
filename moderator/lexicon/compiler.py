"""A lexicon compiled to automata: over plain text, over triggers and over squeezed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import cache
from itertools import product
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from moderator.language import COMMON_WORDS, ENGLISH, REAL_WORDS
from moderator.lexicon.compounds import MIN_GLUED, CompoundMatcher
from moderator.lexicon.entries.dataset import Allowed, Lexicon, Term
from moderator.lexicon.entries.inflect import forms
from moderator.lexicon.entries.surface_forms import disguised, lacking, surface_forms
from moderator.lexicon.finding import ALLOWLISTED
from moderator.lexicon.obfuscation.masks import MaskedForms
from moderator.lexicon.obfuscation.shapes import Shape, WordForm, shapes
from moderator.lexicon.obfuscation.triggers import trigger_patterns

_RUN = 3  # equal letters in a row that no English word has


class Kind(IntEnum):
    """What a pattern found in the plain text means."""

    WHOLE = 0  # a surface form with a space on each side
    PIECE = 1  # a term that may be joined into a word: judge the word
    TRIGGER = 2  # letters repeated beyond spelling


class Pattern(NamedTuple):
    """`term` is a number in the lexicon, or ALLOWLISTED; `hidden` if the pattern is a disguise."""

    kind: Kind
    term: int
    hidden: bool


class CompiledLexicon(NamedTuple):
    """Automata, each with what its patterns mean, by number."""

    plain: BytesAhoCorasick
    patterns: tuple[Pattern, ...]
    triggers: BytesAhoCorasick
    squeezed: BytesAhoCorasick
    shapes: tuple[Shape, ...]
    masked: MaskedForms
    symbols: BytesAhoCorasick | None
    symbol_terms: tuple[int, ...]
    compounds: CompoundMatcher
    inside_words: frozenset[int]
    """ALLOWLISTED, and the terms that count inside other words."""


def compile_lexicon(lexicon: Lexicon) -> CompiledLexicon:
    """Compiles the lexicon; some tenths of a second for thousands of terms."""
    word_forms = list(_word_forms(lexicon))
    plain = _plain(lexicon, word_forms)
    squeezed = shapes(lexicon, word_forms)
    symbols = {
        spelling: number
        for number, term in enumerate(lexicon.terms)
        for spelling in term.spellings
        if is_symbol(spelling)
    }
    inside_words = (n for n, term in enumerate(lexicon.terms) if term.counts_inside_words)
    return CompiledLexicon(
        BytesAhoCorasick([key.encode() for key in plain]),
        tuple(plain.values()),
        _trigger_automaton(),
        BytesAhoCorasick([key.encode() for key in squeezed]),
        tuple(squeezed.values()),
        MaskedForms(lexicon.terms),
        BytesAhoCorasick([key.encode() for key in symbols]) if symbols else None,
        tuple(symbols.values()),
        _compound_matcher(lexicon, word_forms),
        frozenset([ALLOWLISTED, *inside_words]),
    )


def is_symbol(spelling: str) -> bool:
    """Whether a spelling is drawn with signs (emoji, figures) instead of letters."""
    return not spelling[0].isalnum() or "=" in spelling


def _word_forms(lexicon: Lexicon) -> Iterator[WordForm]:
    for number, term in enumerate(lexicon.terms):
        if not is_symbol(term.spellings[0]):
            for surface in surface_forms(term):
                yield number, term, surface


@cache
def _meant() -> dict[str, str]:
    """Common words without one of their inner letters → the words they may be, with spaces between
    them; made once, for a community's few words are compiled too."""
    meant: dict[str, str] = {}
    for word in COMMON_WORDS:
        for slip in lacking(word):
            meant[slip] = f"{meant[slip]} {word}" if slip in meant else word
    return meant


def _plain(lexicon: Lexicon, word_forms: Sequence[WordForm]) -> dict[str, Pattern]:
    """Patterns over plain text; a surface form of two terms belongs to the first listed."""
    # One meaning for all of its spellings: a large lexicon has millions of them.
    patterns: dict[str, Pattern] = {}
    innocent = Pattern(Kind.WHOLE, ALLOWLISTED, False)
    for allowed in lexicon.allowed:
        for surface in surface_forms(allowed):
            seen = _as_seen(surface)
            patterns.setdefault(seen.removesuffix(" ") if allowed.prefix else seen, innocent)
    whole, piece, hidden = (
        [Pattern(kind, number, evasive) for number in range(len(lexicon.terms))]
        for kind, evasive in ((Kind.WHOLE, False), (Kind.PIECE, False), (Kind.WHOLE, True))
    )
    for number, term, surface in word_forms:
        patterns.setdefault(_as_seen(surface), whole[number])
        if (term.boundary != "word" or _is_glued(term, surface)) and " " not in surface:
            patterns.setdefault(surface, piece[number])
    terms = COMMON_WORDS.intersection(surface for _, _, surface in word_forms)
    meant = _meant()
    own = {
        slip for word in terms for slip in lacking(word) if terms.issuperset(meant[slip].split())
    }
    misspelt = meant.keys() - own if own else meant.keys()
    for number, term in enumerate(lexicon.terms):
        if term.worth_hiding:
            for disguise in disguised(term, lexicon.words, REAL_WORDS, misspelt):
                patterns.setdefault(f" {disguise} ", hidden[number])
    trigger = Pattern(Kind.TRIGGER, ALLOWLISTED, False)
    for run in _runs():
        patterns.setdefault(run, trigger)
    return patterns


@cache
def _runs() -> tuple[str, ...]:
    """Runs and pairs of letters that hint at a disguise."""
    runs = [
        run
        for letter in "abcdefghijklmnopqrstuvxyz"
        for run in (letter * _RUN, f"www{letter}")  # but not "www."
    ]
    pairs = product("abcdefghijklmnopqrstuvwxyz", repeat=_RUN)  # three pairs in a row
    return *runs, *("".join(letter * 2 for letter in letters) for letters in pairs)


@cache
def _trigger_automaton() -> BytesAhoCorasick:
    return BytesAhoCorasick([pattern.encode() for pattern in trigger_patterns()])


def _as_seen(surface: str) -> str:
    """A surface form in the view of plain letters: a comma is one more space."""
    return f" {surface.replace(',', ' ')} "


def _is_glued(term: Term, surface: str) -> bool:
    """Whether a form counts when joined to any common word: forms of grave terms, and of terms that
    may be joined to other words anyway."""
    if term.language != ENGLISH or term.severity < 2:
        return False
    if not (surface.isascii() and surface.isalpha()):
        return False
    return term.boundary != "word" or len(surface) >= MIN_GLUED + (term.severity < 3)


def _compound_matcher(lexicon: Lexicon, word_forms: Sequence[WordForm]) -> CompoundMatcher:
    roots: dict[str, int] = {}
    ends: dict[str, int] = {}
    starts: dict[str, int] = {}
    anywhere: dict[str, int] = {}
    for number, term in enumerate(lexicon.terms):
        if term.boundary == "word":
            continue
        for spelling in term.spellings:
            root = spelling.replace(" ", "").replace("_", "")
            roots.setdefault(root, number)
            for surface in forms(root, term.forms):
                ends.setdefault(surface, number)
                if term.boundary == "start":
                    starts.setdefault(surface, number)
                elif term.boundary == "anywhere":
                    anywhere.setdefault(surface, number)
    words = [allowed for allowed in lexicon.allowed if not allowed.prefix]
    prefixes = [allowed for allowed in lexicon.allowed if allowed.prefix]
    glued: dict[str, int] = {}
    for number, term, surface in word_forms:
        if _is_glued(term, surface):
            glued.setdefault(surface, number)
    return CompoundMatcher(
        roots, ends, starts, anywhere, glued, lexicon.parts, COMMON_WORDS,
        frozenset(_all_forms(words)), tuple(_all_forms(prefixes)),
    )  # fmt: skip


def _all_forms(entries: Iterable[Allowed]) -> Iterator[str]:
    for entry in entries:
        yield from surface_forms(entry)
