"""Finds terms in disguise, in the words around the signs of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import ge

from moderator.lexicon.disguise import Reading, readings
from moderator.lexicon.program import INNOCENT, Found, Program, Shape
from moderator.lexicon.views import word_at
from moderator.lexicon.windows import Windows

_SPACE = ord(" ")
_PLENTY = 2  # legible letters above which a mask may be one sign too long


class Unmasker:
    """Reads the suspicious parts of a text in every likely way."""

    def __init__(self, program: Program) -> None:
        self._find = program.squeezed.find_matches_as_indexes
        self._shapes = program.shapes
        self._judge = program.words.judge

    def find(self, raw: bytes, signs: Sequence[tuple[int, int]]) -> Iterator[Found]:
        """What stands in disguise around the signs, which are sorted spans of `raw`."""
        windows = Windows(raw, signs)
        seen: set[tuple[int, int, int]] = set()
        for reading in readings(windows.shown):
            for found in self._in_reading(reading):
                if found not in seen:
                    seen.add(found)
                    span = windows.place(found[0], found[1])
                    if span is not None:
                        rank = 0 if found[2] == INNOCENT else 2
                        yield span[0], -span[1], rank, found[2], True

    def _in_reading(self, reading: Reading) -> Iterator[tuple[int, int, int]]:
        """(start, end, number of a term) of what is found in the text that was read."""
        squeezed = reading.squeezed
        hits = self._find(squeezed, overlapping=True)
        if not hits:
            return
        runs, starts, ends = reading.locate()
        judged = -1
        for number, start, end in hits:
            opens = squeezed[start] == _SPACE
            first = start if opens else start - 1
            last = end - 2 if squeezed[end - 1] == _SPACE else end - 1
            term = _fitting(self._shapes[number], runs, first, last)
            if term is not None:
                yield starts[first], ends[last - 1], term
            elif not opens and start >= judged:
                left, judged = word_at(squeezed, start, end)
                for one, other, inner in self._in_word(squeezed, runs, left, judged):
                    yield starts[one], ends[other], inner

    def _in_word(
        self, squeezed: bytes, runs: Sequence[int], left: int, right: int
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


def _fitting(shape: Shape, runs: Sequence[int], first: int, last: int) -> int | None:
    """The term whose letters the runs `first`..`last` show often enough, or hide as many of."""
    if shape.masked:
        run = runs[first + shape.mask]
        term = shape.masked.get(run)
        if term is None:
            term = shape.masked.get(0)
        if term is None and shape.shown > _PLENTY:
            term = shape.masked.get(run - 1)
        return term
    for least, term in shape.letters:
        if least is None or all(map(ge, runs[first:last], least)):
            return term
    return None
