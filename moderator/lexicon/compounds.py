"""What a single word holds: terms joined with other parts, or set into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

LONGEST_WORD = 48  # characters; a longer word is no compound, and is looked at in parts
_LONGEST_PIECE = 24
_REMEMBERED = 1 << 14
_NO_TERM = -1
_DIGITS = "0123456789"


class Hit(NamedTuple):
    """Characters `start`..`end` of a word are of the term with number `term`."""

    start: int
    end: int
    term: int


class CompoundMatcher:
    """Judges single words, and remembers its judgements.

    `roots` and `ends` are spellings and inflected forms of terms that may be joined; `starts` and
    `anywhere` spellings that count at the start of a word, or wherever they stand in it.
    """

    def __init__(
        self,
        roots: Mapping[str, int],
        ends: Mapping[str, int],
        starts: Mapping[str, int],
        anywhere: Mapping[str, int],
        parts: Iterable[str],
        innocent: frozenset[str],
        innocent_beginnings: tuple[str, ...],
    ) -> None:
        self._roots = roots
        self._ends = ends
        self._starts = starts
        self._first = tuple(starts)
        self._parts = frozenset(parts)
        self._innocent = innocent
        self._beginnings = innocent_beginnings
        self._anywhere = tuple(anywhere.values())
        self._inside = AhoCorasick(list(anywhere), matchkind=MatchKind.LeftmostLongest)
        self.judge = lru_cache(maxsize=_REMEMBERED)(self._judge)

    def _judge(self, word: str) -> tuple[Hit, ...]:
        """The hits in a lower-case word; none where the word is innocent."""
        bare = word.strip(_DIGITS) or word
        if bare in self._innocent or bare.startswith(self._beginnings):
            return ()
        first = word.index(bare)
        term = self._whole(bare)
        if term is not None:
            return (Hit(first, first + len(bare), term),)
        if bare.startswith(self._first):
            longest = max((start for start in self._first if bare.startswith(start)), key=len)
            return (Hit(first, first + len(longest), self._starts[longest]),)
        return tuple(
            Hit(start, end, self._anywhere[pattern])
            for pattern, start, end in self._inside.find_matches_as_indexes(word)
        )

    def _whole(self, word: str) -> int | None:
        """The term of a word that is made of known pieces only, at least one of them a term."""
        size = len(word)
        if size > LONGEST_WORD:
            return None
        reached: list[int | None] = [None] * (size + 1)
        reached[0] = _NO_TERM
        for start in range(size):
            before = reached[start]
            if before is None:
                continue
            for end in range(start + 2, min(size, start + _LONGEST_PIECE) + 1):
                piece = word[start:end]
                term = (self._ends if end == size else self._roots).get(piece)
                if term is None and piece not in self._parts:
                    continue
                found = before if term is None or before >= 0 else term
                if reached[end] is None or (reached[end] == _NO_TERM and found >= 0):
                    reached[end] = found
        last = reached[size]
        return last if last is not None and last >= 0 else None
