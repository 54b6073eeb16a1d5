"""Long texts as overlapping windows, and the windows' scores as one.

A text's score is that of its worst window, so innocent words before, after and around
cannot thin out abuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Windows:
    """Pieces of several texts; `starts[i]` is the first piece of text i."""

    pieces: list[str]
    starts: npt.NDArray[np.int64]

    def worst(self, logits: Floats) -> Floats:
        """The largest logit of each text's pieces, texts x labels."""
        return np.maximum.reduceat(logits, self.starts, axis=0)


def split(texts: Sequence[str], length: int) -> Windows:
    """Pieces of at most about `length` characters, half overlapping, cut at spaces.

    A text that is no longer than one and a half lengths stays whole.
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
    pieces: list[str] = []
    start = 0
    while True:
        end = start + length
        if end >= len(text):
            pieces.append(text[start:])
            return pieces
        space = text.rfind(" ", start + length // 2, end)
        pieces.append(text[start : space if space > 0 else end])
        middle = start + length // 2
        space = text.find(" ", middle, middle + length // 4)
        start = space + 1 if space > 0 else middle
