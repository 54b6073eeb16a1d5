"""Long texts as overlapping windows, and the windows' scores as one.

A text's score is that of its worst window, so innocent words before, after and around it cannot
dilute abuse. A long text has more windows that could be wrong, so it gets a small, bounded relief:
two windows with logits 1.0 and 3.0 give 3.0 - 0.2 ln 2 = 2.86, a hundred of them 3.0 - 0.2 ln 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moderator.scorers.compact.arrays import Floats, Indices

_RELIEF, _MAX_COUNTED = 0.2, 8
"""In logits: 0.2 for each e-fold of windows, counted up to eight; chosen on validation."""


@dataclass(frozen=True)
class Windows:
    """Pieces of several texts; `starts[i]` is the position of text i's first piece."""

    pieces: list[str]
    starts: Indices

    def worst(self, logits: Floats) -> Floats:
        """The largest logit of each text's pieces, less the relief: texts x labels."""
        return worst(logits, self.starts)


def worst(logits: Floats, starts: Indices) -> Floats:
    """Of pieces' logits (pieces x anything), each text's largest, less its relief."""
    counts = np.diff(np.append(starts, len(logits)))
    relief = _RELIEF * np.log(np.minimum(counts, _MAX_COUNTED)).astype(np.float32)
    largest = np.maximum.reduceat(logits, starts, axis=0)
    lowered: Floats = (largest.T - relief).T
    return lowered


def split(texts: Sequence[str], length: int) -> Windows:
    """Pieces of at most `length` characters, overlapping by about a quarter, cut at spaces.

    A text no longer than one and a half lengths stays whole.
    """
    pieces: list[str] = []
    starts: list[int] = []
    for text in texts:
        starts.append(len(pieces))
        if len(text) <= length * 3 // 2:
            pieces.append(text)
        else:
            pieces += _cut(text, length)
    return Windows(pieces, np.array(starts, dtype=np.int64))


def _cut(text: str, length: int) -> list[str]:
    """The pieces of a long text.

    With `length` 400, a piece that starts at 0 ends at the last space in 350..400, and the next
    one starts after the first space in 300..350; without a space there, at 400 and at 300.
    """
    pieces: list[str] = []
    start = 0
    while True:
        end = start + length
        if end >= len(text):
            pieces.append(text[start:])
            return pieces
        latest = start + length * 7 // 8
        space = text.rfind(" ", latest, end)
        pieces.append(text[start : space if space > 0 else end])
        earliest = start + length * 3 // 4
        space = text.find(" ", earliest, latest)
        start = space + 1 if space > 0 else earliest
