"""Terms inside a single word: joined with other parts, or embedded in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

MAX_WORD = 48  # characters; a longer word is searched in parts, and is never a compound
_MAX_PIECE = 24
_CACHED_WORDS = 1 << 14
_NO_TERM = -1
MIN_GLUED = 4  # letters of a term that may be glued to any common word
_MAX_GLUED = 6  # pieces
_PADDING = 2  # letters around a term that do not make a word: it was padded to hide it, "xbitch"
_PADS = "xqz"
_DIGITS = "0123456789"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPENINGS = tuple(
    opening + article
    for opening in ("", *sorted(_set("what such like you your youre im hes shes thats")))
    for article in ("", "a", "an", "the")
    if len(opening + article) > 1
)
"""Openings of remarks about someone, written together with the term: "whatabitch"."""
_SHORT = _set("no of to in is on at go my we us be up so it do the and all are for you")
_SUFFIXES = _set("""
    ish ist ists ism isms less like ness dom hood ship tastic arific aholic fest fests esque ville
    ology ologist ify ified ifying ization isation oid oids ery ry ling lings able
""")


class Hit(NamedTuple):
    """Characters `start`..`end` of a word belong to the term with number `term`."""

    start: int
    end: int
    term: int
    evasive: bool = False


@lru_cache(maxsize=1)
def _gluable(common: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in common if len(word) >= MIN_GLUED) | _SHORT


class CompoundMatcher:
    """Finds terms inside single words, and caches its answers.

    `roots` and `ends` are spellings and inflected forms of terms that may be joined; `starts` are
    forms that count at the start of a word, `anywhere` those that count anywhere in it. `glued` are
    forms that may be glued to any of the `common` words.
    """

    def __init__(
        self,
        roots: Mapping[str, int],
        ends: Mapping[str, int],
        starts: Mapping[str, int],
        anywhere: Mapping[str, int],
        glued: Mapping[str, int],
        parts: Iterable[str],
        common: Iterable[str],
        innocent: frozenset[str],
        allowlisted_prefixes: tuple[str, ...],
    ) -> None:
        self._roots = roots
        self._ends = ends
        self._starts = starts
        self._start_sizes = _sizes(starts)
        self._glued = {form: term for form, term in glued.items() if len(form) >= MIN_GLUED}
        self._parts = frozenset(parts)
        gluable = _gluable(frozenset(common))
        gluable = gluable | self._parts if self._parts else gluable
        # One set for all communities' few words: it is large.
        self._common = gluable if gluable.isdisjoint(glued) else gluable - glued.keys()
        self._allowlisted = innocent
        self._allowlisted_prefixes = frozenset(allowlisted_prefixes)
        self._prefix_sizes = _sizes(allowlisted_prefixes)
        self._anywhere = tuple(anywhere.values())
        self._inside = AhoCorasick(list(anywhere), matchkind=MatchKind.LeftmostLongest)
        self.judge = lru_cache(maxsize=_CACHED_WORDS)(self._judge)

    def _judge(self, word: str) -> tuple[Hit, ...]:
        """The hits in a lower-case word; none if the word is allowlisted."""
        bare = word.strip(_DIGITS) or word
        if bare in self._allowlisted or any(
            bare[:size] in self._allowlisted_prefixes for size in self._prefix_sizes
        ):
            return ()
        if (hit := self._after_opening(word)) is not None:
            return (hit,)
        first = word.index(bare)
        term = self._whole(bare)
        if term is not None:
            return (Hit(first, first + len(bare), term),)
        if bare == word and (hit := self._in_glued(word)) is not None:
            return (hit,)
        core = word.strip(_PADS)
        if 0 < len(word) - len(core) <= _PADDING and core in self._glued:
            start = word.index(core)
            return (Hit(start, start + len(core), self._glued[core], True),)
        for size in self._start_sizes:
            term = self._starts.get(bare[:size])
            if term is not None:
                return (Hit(first, first + size, term),)
        return tuple(
            Hit(start, end, self._anywhere[pattern], 0 < len(word) - (end - start) <= _PADDING)
            for pattern, start, end in self._inside.find_matches_as_indexes(word)
        )

    def _after_opening(self, word: str) -> Hit | None:
        """The term glued to the beginning of a remark, which hides it."""
        for opening in _OPENINGS:
            if word.startswith(opening) and word not in self._common:
                start = len(opening)
                if (term := self._glued.get(word[start:])) is not None:
                    return Hit(start, len(word), term, True)
        return None

    def _in_glued(self, word: str) -> Hit | None:
        """The term in a word that is made up of common words and one term: "nofagshere".

        None if as few common words make up the word without a term: "therapistlist".
        """
        size = len(word)
        if size > MAX_WORD or word in self._common:
            return None
        innocent: list[int] = [0] + [_MAX_GLUED + 1] * size  # pieces to each place
        guilty: list[tuple[int, Hit | None]] = [(_MAX_GLUED + 1, None)] * (size + 1)
        for start in range(size):
            without, (with_term, hit) = innocent[start], guilty[start]
            if without > _MAX_GLUED and hit is None:
                continue
            if hit is not None and hit.end == start and word[start:] in _SUFFIXES:
                guilty[size] = min(guilty[size], (with_term + 1, hit), key=itemgetter(0))
            for end in range(start + 1, min(size, start + _MAX_PIECE) + 1):
                piece = word[start:end]
                if piece in self._common:
                    innocent[end] = min(innocent[end], without + 1)
                    if hit is not None and with_term + 1 < guilty[end][0]:
                        guilty[end] = with_term + 1, hit
                elif (term := self._glued.get(piece)) is not None:
                    count, before = min((without, None), (with_term, hit), key=itemgetter(0))
                    if count + 1 < guilty[end][0]:
                        guilty[end] = count + 1, before or Hit(start, end, term)
        count, hit = guilty[size]
        return hit if 1 < count <= _MAX_GLUED and count < innocent[size] else None

    def _whole(self, word: str) -> int | None:
        """The term of a word made of known pieces only, at least one of which is a term."""
        size = len(word)
        if size > MAX_WORD:
            return None
        reached: list[int | None] = [None] * (size + 1)
        reached[0] = _NO_TERM
        for start in range(size):
            before = reached[start]
            if before is None:
                continue
            for end in range(start + 2, min(size, start + _MAX_PIECE) + 1):
                piece = word[start:end]
                term = (self._ends if end == size else self._roots).get(piece)
                if term is None and piece not in self._parts:
                    continue
                term_so_far = before if term is None or before >= 0 else term
                if reached[end] is None or (reached[end] == _NO_TERM and term_so_far >= 0):
                    reached[end] = term_so_far
        last = reached[size]
        return last if last is not None and last >= 0 else None


def _sizes(words: Iterable[str]) -> tuple[int, ...]:
    """The lengths of the words, each once, the longest first."""
    return tuple(sorted(set(map(len, words)), reverse=True))
