"""Finds terms in disguise, in the words around the signs of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from moderator.lexicon.disguise import Reading, readings
from moderator.lexicon.program import Found, Program, Shape
from moderator.lexicon.views import word_at
from moderator.lexicon.windows import Windows

_SPACE = ord(" ")


class Unmasker:
    """Reads the suspicious parts of a text in every likely way."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def find(self, raw: bytes, signs: Sequence[tuple[int, int]]) -> Iterator[Found]:
        """What stands in disguise around the signs, which are sorted spans of `raw`."""
        windows = Windows(raw, signs)
        for reading in readings(windows.shown):
            for start, end, term in self._in_reading(reading):
                span = windows.place(start, end)
                if span is not None:
                    yield Found(*span, term, "")

    def _in_reading(self, reading: Reading) -> Iterator[tuple[int, int, int]]:
        """(start, end, number of a term) of what is found in the text that was read."""
        squeezed = reading.squeezed
        hits = self._program.squeezed.find_matches_as_indexes(squeezed, overlapping=True)
        if not hits:
            return
        runs, starts, ends = reading.locate()
        judged = -1
        for number, start, end in hits:
            first = start if squeezed[start] != _SPACE else start + 1
            last = end if squeezed[end - 1] != _SPACE else end - 1
            for shape in self._program.shapes[number]:
                if _fits(shape, runs[first - 1 : last - 1]):
                    yield starts[first - 1], ends[last - 2], shape.term
            if squeezed[start] != _SPACE and start >= judged:
                left, right = word_at(squeezed, start, end)
                for one, other, term in self._judged(squeezed, runs, left, right):
                    yield starts[one], ends[other], term
                judged = right

    def _judged(
        self, squeezed: bytes, runs: Sequence[int], left: int, right: int
    ) -> Iterator[tuple[int, int, int]]:
        """(first run, last run, term) in a word: with doubled letters kept, then all single."""
        for most in (2, 1):
            where: list[int] = []
            letters = bytearray()
            for at in range(left, right):
                times = runs[at - 1] if runs[at - 1] <= most else 1
                letters += squeezed[at : at + 1] * times
                where += [at - 1] * times
            for hit in self._program.words.judge(letters.decode("latin-1")):
                yield where[hit.start], where[hit.end - 1], hit.term


def _fits(shape: Shape, runs: Sequence[int]) -> bool:
    """Whether the text shows enough of each letter, and hides about as many as are missing."""
    for at, (least, run) in enumerate(zip(shape.runs, runs, strict=True)):
        if at == shape.mask:
            shown = sum(shape.runs) - 1
            if not 0 <= run - shape.hidden <= (shown > 2):
                return False
        elif run < least:
            return False
    return True
