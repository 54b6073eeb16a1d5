"""Batches of inputs of similar length, so that little is spent on padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def batches(inputs: Sequence[Sequence[int]], budget: int) -> Iterator[list[int]]:
    """The inputs' indices, longest first, in groups of at most `budget` tokens with padding.

    An input longer than the budget is a group of its own.
    """
    order = sorted(range(len(inputs)), key=lambda i: -len(inputs[i]))
    start = 0
    while start < len(order):
        width = max(len(inputs[order[start]]), 1)
        take = max(budget // width, 1)
        yield order[start : start + take]
        start += take


def padded(
    inputs: Sequence[Sequence[int]], pad_id: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids and mask, both (inputs, longest), padded on the right; mask is 1 at tokens."""
    longest = max(len(ids) for ids in inputs)
    table = np.full((len(inputs), longest), pad_id, np.int64)
    mask = np.zeros((len(inputs), longest), np.int64)
    for row, ids in enumerate(inputs):
        table[row, : len(ids)] = ids
        mask[row, : len(ids)] = 1
    return table, mask
