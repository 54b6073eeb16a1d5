"""The first stage: a logistic regression over hashed n-grams, one gather and one sum a text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.features import BUCKETS, feature_blocks
from moderator.scorers.compact.settings import LinearSettings

Floats = npt.NDArray[np.float32]


class LinearModel:
    """Logits of folded texts.

    `weights` is buckets x labels in eighths of a byte's range, each label with a `scale`. The
    inverse document frequency is already within the weights, so a text's logit is
    ``bias + scale * sum(weights[bucket]) / sqrt(number of n-grams)``.
    """

    def __init__(self, weights: npt.NDArray[np.int8], scale: Floats, bias: Floats) -> None:
        if weights.shape != (BUCKETS, len(scale)) or len(scale) != len(bias):
            raise ValueError(f"weights {weights.shape} do not fit {BUCKETS} x {len(scale)} labels")
        # rows of eight bytes: one aligned gather brings all labels of a bucket
        self._table = np.zeros((BUCKETS, 8), dtype=np.int8)
        self._table[:, : len(scale)] = weights
        self._rows = self._table.view(np.int64).reshape(-1)
        self._scale, self._bias = scale, bias

    @classmethod
    def of(cls, content: bytes, settings: LinearSettings) -> LinearModel:
        """From the bytes of a `.npy` file."""
        weights = np.load(io.BytesIO(content), allow_pickle=False)
        scale, bias = np.array(settings.scale, np.float32), np.array(settings.bias, np.float32)
        return cls(weights, scale, bias)

    def logits(self, texts: Sequence[str]) -> Floats:
        """n x labels, of n folded texts, none of them empty."""
        if not texts:
            return np.zeros((0, len(self._bias)), dtype=np.float32)
        sums = np.zeros((len(texts), 8), dtype=np.int32)
        counts = np.zeros(len(texts), dtype=np.int64)
        for buckets, first, last in feature_blocks(texts):
            sums += _segment_sums(self._rows[buckets].view(np.int8).reshape(-1, 8), first, last)
            counts += last - first
        mean = sums[:, : len(self._bias)] / np.sqrt(np.maximum(counts, 1))[:, None]
        logits: Floats = (self._bias + self._scale * mean).astype(np.float32)
        return logits


def _segment_sums(
    rows: npt.NDArray[np.int8], first: npt.NDArray[np.int64], last: npt.NDArray[np.int64]
) -> npt.NDArray[np.int32]:
    """Sums of rows[first[i]:last[i]]; an empty segment sums to zero."""
    total = np.zeros((len(first), rows.shape[1]), dtype=np.int32)
    filled = np.flatnonzero(last > first)
    if filled.size:
        # every second segment is the gap after a text: summed with the rest, and dropped
        bounds = np.stack((first[filled], last[filled]), axis=1).reshape(-1)
        bounds = bounds[:-1] if bounds[-1] >= len(rows) else bounds
        total[filled] = np.add.reduceat(rows, bounds, axis=0, dtype=np.int32)[::2]
    return total
