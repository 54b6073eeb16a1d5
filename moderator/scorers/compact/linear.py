"""The first stage: a logistic regression over hashed n-grams, one gather and one sum a text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.features import (
    BUCKETS,
    MOST_TEXTS,
    Features,
    char_features,
    word_features,
)
from moderator.scorers.compact.settings import LinearSettings

Floats = npt.NDArray[np.float32]


class LinearModel:
    """Logits of folded texts.

    `table` is buckets x (labels + 1): weights in units of each label's `scale`, with the inverse
    document frequency already within them, and last that frequency's square. A text's logit is
    ``bias + scale * sum(weights[bucket]) / sqrt(sum(squares[bucket]))``, summed over byte n-grams
    and words: both as vectors of unit length.
    """

    def __init__(self, table: npt.NDArray[np.int8], scale: Floats, bias: Floats) -> None:
        if table.shape != (BUCKETS, len(scale) + 1) or len(scale) != len(bias):
            raise ValueError(f"a table {table.shape} does not fit {BUCKETS} x {len(scale)} labels")
        # rows of eight bytes: one aligned gather brings all labels of a bucket
        self._table = np.zeros((BUCKETS, 8), dtype=np.int8)
        self._table[:, : len(scale) + 1] = table
        self._rows = self._table.view(np.int64).reshape(-1)
        self._scale, self._bias = scale, bias

    @classmethod
    def of(cls, content: bytes, settings: LinearSettings) -> LinearModel:
        """From the bytes of a `.npy` file."""
        weights = np.load(io.BytesIO(content), allow_pickle=False)
        scale, bias = np.array(settings.scale, np.float32), np.array(settings.bias, np.float32)
        return cls(weights, scale, bias)

    def logits(self, texts: Sequence[str]) -> Floats:
        """n x labels, of n folded texts."""
        parts = [
            self._part(texts[start : start + MOST_TEXTS])
            for start in range(0, len(texts), MOST_TEXTS)
        ]
        return np.concatenate([np.zeros((0, len(self._bias)), np.float32), *parts])

    def _part(self, texts: Sequence[str]) -> Floats:
        labels = len(self._bias)
        mean = np.zeros((len(texts), labels))
        for features in (char_features(texts), word_features(texts)):
            sums = self._sums(features)
            mean += sums[:, :labels] / np.sqrt(np.maximum(sums[:, labels], 1))[:, None]
        logits: Floats = (self._bias + self._scale * mean).astype(np.float32)
        return logits

    def _sums(self, features: Features) -> npt.NDArray[np.int32]:
        """Sums of rows over each text's features; a text without any sums to zero."""
        starts, ends = features.first[:-1], features.first[1:]
        total = np.zeros((len(starts), 8), dtype=np.int32)
        filled = ends > starts
        if filled.any():
            rows = self._rows[features.buckets].view(np.int8).reshape(-1, 8)
            total[filled] = np.add.reduceat(rows, starts[filled], axis=0, dtype=np.int32)
        return total
