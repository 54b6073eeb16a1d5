"""Which windows of a long text the encoder sees, when it cannot see all that are unsure.

For example, with a limit of 4 token windows and 9 unsure windows of one token window each: the
first, the middle and the last one are taken, and of the others the one that the linear stage finds
worst.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.arrays import Indices
from moderator.scorers.compact.windows import Windows

Flags = npt.NDArray[np.bool_]


class WindowLimit:
    """At most `token_windows` of a text for the encoder, but at least one window of each text.

    `cost` gives the token windows of a window, `bound` a cheap upper bound of that.
    """

    def __init__(
        self, token_windows: int, cost: Callable[[str], int], bound: Callable[[str], int]
    ) -> None:
        self._limit = token_windows
        self._cost = cost
        self._bound = bound

    def choose(
        self, windows: Windows, unsure: Indices, badness: npt.NDArray[np.float32]
    ) -> tuple[Indices, Flags]:
        """(positions of the unsure windows to be seen, by text whether some are left out).

        `badness` is per window: the higher, the worse the linear stage thinks of it.
        """
        text_of = np.searchsorted(windows.starts, unsure, side="right") - 1
        chosen: list[int] = []
        over = np.zeros(len(windows.starts), np.bool_)
        pairs = zip(text_of.tolist(), unsure.tolist(), strict=True)
        for text, members in groupby(pairs, key=lambda pair: pair[0]):
            positions = [position for _, position in members]
            seen = self._seen(windows.pieces, positions, badness)
            over[text] = len(seen) < len(positions)
            chosen += sorted(seen)
        return np.array(chosen, dtype=np.int64), over

    def _seen(
        self, pieces: Sequence[str], positions: list[int], badness: npt.NDArray[np.float32]
    ) -> list[int]:
        distinct = {pieces[position] for position in positions}
        if sum(map(self._bound, distinct)) <= self._limit:
            return positions
        sampled = [positions[0], positions[len(positions) // 2], positions[-1]]
        worst_first = sorted(positions, key=lambda position: -badness[position])
        left = self._limit
        paid: set[str] = set()
        seen: list[int] = []
        for position in dict.fromkeys([*sampled, *worst_first]):
            piece = pieces[position]
            cost = 0 if piece in paid else self._cost(piece)
            if cost <= left or not seen:
                left -= cost
                paid.add(piece)
                seen.append(position)
            elif left <= 0:
                break
        return seen
