"""Replaces figures of speech in a text by plain words before a model reads it.

A small model reads *my back is killing me* by its words. What such phrases mean is known, so
`idioms.toml` says it: "my back is hurting me". Only the model reads the result; matches of the
lexicon, explanations and verdicts are about the text as it was written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from itertools import chain
from typing import NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick

from moderator.lexicon.entries.syntax import alternatives

_LOOK_BACK = 40  # characters before a phrase in which a word of `unless` counts


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One entry of the file: phrases, the words around them, and their meaning."""

    plain: str
    phrases: list[str]
    before: str | list[str] = ""
    after: str | list[str] = ""
    unless: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    idioms: list[_Entry]


class _Context(NamedTuple):
    """Words that must come next to a phrase, one of `spellings`; `lengths` are their lengths."""

    spellings: frozenset[str]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, given: str | list[str]) -> _Context:
        notations = [given] if isinstance(given, str) else given
        spellings = frozenset(chain.from_iterable(map(_spelt, notations)))
        return cls(spellings, tuple(sorted(set(map(len, spellings)))))

    def before(self, text: str, end: int) -> bool:
        """Whether one of them ends at `end`, and begins a word."""
        return any(
            length <= end
            and text[end - length : end] in self.spellings
            and not _joined(text, end - length)
            for length in self.lengths
        )

    def after(self, text: str, start: int) -> bool:
        """Whether one of them begins at `start`, and ends a word."""
        return any(
            text[start : start + length] in self.spellings and not _joined(text, start + length)
            for length in self.lengths
        )


class _Meaning(NamedTuple):
    before: _Context
    after: _Context
    unless: frozenset[str]
    plain: str

    def meant(self, text: str, first: int, last: int) -> bool:
        """Whether a phrase at this span of a text has this meaning."""
        return (
            self.after.after(text, last)
            and self.before.before(text, first)
            and self.unless.isdisjoint(text[max(0, first - _LOOK_BACK) : first].split())
        )


class Idioms:
    """The figures of speech of `idioms.toml`; immutable, safe to share between threads."""

    def __init__(self) -> None:
        text = resources.files(__package__).joinpath("idioms.toml").read_text("utf-8")
        phrases: dict[str, list[_Meaning]] = {}
        for entry in msgspec.convert(tomllib.loads(text), _File).idioms:
            unless = frozenset(entry.unless.split())
            before, after = _Context.of(entry.before), _Context.of(entry.after)
            meaning = _Meaning(before, after, unless, entry.plain)
            for phrase in entry.phrases:
                for spelling in _spelt(phrase):
                    phrases.setdefault(spelling, []).append(meaning)
        self._meanings = tuple(phrases.values())
        self._automaton = AhoCorasick(list(phrases))

    @classmethod
    @cache
    def shipped(cls) -> Idioms:
        """The same ones for every model of a process."""
        return cls()

    def in_plain_words(self, text: str) -> str:
        """A text, in lower case with single spaces, with each idiom replaced; in linear time."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not hits:
            return text
        pieces: list[str] = []
        done = 0
        for number, first, last in sorted(hits, key=lambda hit: (hit[1], -hit[2])):
            if first < done or _joined(text, first) or _joined(text, last):
                continue
            for meaning in self._meanings[number]:
                if meaning.meant(text, first, last):
                    pieces += (text[done:first], meaning.plain)
                    done = last
                    break
        return "".join((*pieces, text[done:]))


def _joined(text: str, place: int) -> bool:
    """Whether a word goes on across this place."""
    return place > 0 and text[place - 1].isalnum() and text[place : place + 1].isalnum()


def _spelt(notation: str) -> Iterator[str]:
    """Every string that a notation stands for, also with curly apostrophes."""
    for spelling in alternatives(notation):
        yield spelling
        if "'" in spelling:
            yield spelling.replace("'", "’")
