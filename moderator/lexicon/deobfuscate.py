"""Finds terms in disguise, in the words around the signs of one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import ge

from moderator.lexicon.byte_views import word_at
from moderator.lexicon.candidates import Candidate, candidates
from moderator.lexicon.compiler import INNOCENT, CompiledLexicon, Found, Shape
from moderator.lexicon.suspicious import SuspiciousParts, joined_by_symbol

_SPACE = ord(" ")
_PLENTY = 2  # legible letters above which a mask may be one sign too long


class Deobfuscator:
    """Reads the suspicious parts of a text in every likely way."""

    def __init__(self, program: CompiledLexicon) -> None:
        self._find = program.squeezed.find_matches_as_indexes
        self._shapes = program.shapes
        self._judge = program.words.judge
        self._strong = program.strong

    def find(self, raw: bytes, signs: Sequence[tuple[int, int]], most: int) -> list[Found]:
        """What stands in disguise around the signs, which are sorted spans of `raw`.

        The search ends when `most` places were found.
        """
        windows = SuspiciousParts(raw, signs)
        places: set[Found] = set()
        for reading in candidates(windows.shown):
            if not reading.loose:
                self._read(reading, places, most)
            else:
                loose: set[Found] = set()
                self._read(reading, loose, most)
                places |= set(_apart_from(places, loose))
        found: list[Found] = []
        reached = -1
        for start, minus_end, rank, term, _ in sorted(places):
            if rank == 0 or start >= reached:
                span = windows.place(start, -minus_end)
                if span is not None and (term in self._strong or not joined_by_symbol(raw, *span)):
                    found.append((span[0], -span[1], rank, term, True))
                    reached = reached if rank == 0 else -minus_end
        return found

    def _read(self, reading: Candidate, places: set[Found], most: int) -> None:
        """Adds what is found in one reading, in offsets of the text that was read."""
        squeezed = reading.squeezed
        hits = self._find(squeezed, overlapping=True)
        if not hits:
            return
        shapes = self._shapes
        runs, starts, ends = reading.locate()
        judged = -1
        for number, start, end in hits:
            opens = squeezed[start] == _SPACE
            first = start if opens else start - 1
            last = end - 2 if squeezed[end - 1] == _SPACE else end - 1
            term = _fitting(shapes[number], runs, first, last)
            if term is not None:
                rank = 0 if term == INNOCENT else 2
                places.add((starts[first], -ends[last - 1], rank, term, True))
            elif not opens and start >= judged:
                left, judged = word_at(squeezed, start, end)
                for one, other, inner in self._in_word(squeezed, runs, left, judged):
                    places.add((starts[one], -ends[other], 2, inner, True))
            if len(places) >= most:
                return

    def _in_word(
        self, squeezed: bytes, runs: memoryview, left: int, right: int
    ) -> Iterator[tuple[int, int, int]]:
        """(first run, last run, term) in a word: with doubled letters kept, then all single."""
        lengths = runs[left - 1 : right - 1]
        longest = max(lengths)
        if longest > 1:
            letters = bytearray()
            where: list[int] = []
            for at, run in enumerate(lengths, left):
                times = 2 if run == 2 else 1
                letters += squeezed[at : at + 1] * times
                where += [at - 1] * times
            for hit in self._judge(letters.decode("latin-1")):
                yield where[hit.start], where[hit.end - 1], hit.term
        for hit in self._judge(squeezed[left:right].decode("latin-1")):
            yield left - 1 + hit.start, left - 2 + hit.end, hit.term


def _apart_from(strict: set[Found], loose: set[Found]) -> Iterator[Found]:
    """Those of the loose that touch none of the strict."""
    starts = sorted(found[0] for found in strict)
    longest = max((-found[1] - found[0] for found in strict), default=0)
    ends = {found[0]: -found[1] for found in sorted(strict, reverse=True)}
    for found in loose:
        near = starts[bisect_left(starts, found[0] - longest) : bisect_left(starts, -found[1])]
        if all(ends[start] <= found[0] for start in near):
            yield found


def _fitting(shape: Shape, runs: memoryview, first: int, last: int) -> int | None:
    """The term whose letters the runs `first`..`last` show often enough, or hide as many of."""
    if shape.masked:
        lengths = runs[first:last].tolist()
        hidden = sum(lengths[at] for at in shape.masks)
        shown = sum(lengths) - hidden
        if len(shape.masks) > 1:
            return shape.masked.get((0, shown))
        found = shape.masked.get((hidden, shown))
        if found is None and shown > _PLENTY:
            return shape.masked.get((hidden - 1, shown))
        return found
    for least, term in shape.letters:
        if least is None or all(map(ge, runs[first:last], least)):
            return term
    return None
