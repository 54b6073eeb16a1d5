"""All patterns of lists, looked for in a text at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from moderator.policy.lists.globs import Glob, is_edge, is_long

_NONE: frozenset[str] = frozenset()


class _Pattern(NamedTuple):
    glob: Glob
    lists: frozenset[str]
    needs: frozenset[int]
    """Its pieces that are long enough to be looked for, by their numbers."""


class PatternMatcher:
    """Finds patterns by one automaton over their pieces; immutable.

    A pattern of one piece is looked at only in the places where the piece stands, one of several
    only in lines that hold all of them, so that neither many patterns nor many lines make a text
    slow.
    """

    def __init__(self, patterns: Mapping[str, frozenset[str]]) -> None:
        """`patterns` in canonical form, each with the lists that it belongs to."""
        globs: dict[Glob, frozenset[str]] = {}
        for form, names in patterns.items():
            glob = Glob.of(form)
            globs[glob] = globs.get(glob, _NONE) | names
        shared = Counter(piece for glob in globs for piece in _long(glob))
        number = {piece: place for place, piece in enumerate(shared)}
        self._whole: list[list[_Pattern]] = [[] for _ in number]
        """By its only piece, the patterns that have no other."""
        self._parts: list[list[_Pattern]] = [[] for _ in number]
        """By the piece that it shares with the fewest, the others."""
        self._is_part = [False] * len(number)
        for glob, names in globs.items():
            pieces = _long(glob)
            needs = frozenset(number[piece] for piece in pieces)
            rarest = min(pieces, key=lambda piece: (shared[piece], -len(piece)))
            table = self._whole if len(glob.pieces) == 1 else self._parts
            table[number[rarest]].append(_Pattern(glob, names, needs))
            if table is self._parts:
                for place in needs:
                    self._is_part[place] = True
        self._automaton = AhoCorasick(list(number)) if number else None

    def find(self, form: str) -> frozenset[str]:
        """The lists of the patterns that a text in canonical form holds."""
        if self._automaton is None:
            return _NONE
        hits = self._automaton.find_matches_as_indexes(form, overlapping=True)
        if not hits:
            return _NONE
        found_names = _NONE
        lines = form.split("\n")
        starts = [0, *accumulate(len(line) + 1 for line in lines[:-1])]
        held: dict[int, set[int]] = {}
        for number, start, end in hits:
            for glob, names, _ in self._whole[number]:
                if (glob.opens or is_edge(form, start)) and (glob.closes or is_edge(form, end)):
                    found_names |= names
            if self._is_part[number]:
                held.setdefault(bisect_right(starts, start) - 1, set()).add(number)
        for line, pieces in held.items():
            for number in pieces:
                for glob, names, needs in self._parts[number]:
                    if needs <= pieces and not names <= found_names and glob.is_in(lines[line]):
                        found_names |= names
        return found_names


def _long(glob: Glob) -> set[str]:
    """The pieces that are looked for; every pattern of a list has one."""
    return set(filter(is_long, glob.pieces))
