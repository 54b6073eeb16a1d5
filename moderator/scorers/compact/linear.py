"""The first stage: a logistic regression over hashed n-grams, one gather and one sum per text."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.arrays import Floats
from moderator.scorers.compact.features import (
    BUCKETS,
    MAX_TEXTS,
    Features,
    char_features,
    word_features,
)
from moderator.scorers.compact.settings import LinearSettings

_COLUMNS = 8
"""Bytes of a bucket: one aligned gather fetches all of its weights."""


class LinearModel:
    """Logits of normalised texts.

    `table` is buckets x (labels + 1), at most eight columns: weights in units of each label's
    `scale`, multiplied by the feature's inverse document frequency (idf), and last the idf's
    square. N-grams and words are two vectors, each brought to unit length:

        logit = bias + scale * (Σ weights of n-grams / √Σ squares of n-grams
                                + Σ weights of words / √Σ squares of words)

    For example, with scale 0.1 and bias -1: n-grams of weights 20 and 10 and squares 9 and 16, and
    one word of weight 30 and square 36, give -1 + 0.1 * (30 / 5 + 30 / 6) = 0.1.

    Raises ValueError if `table`, `scale` and `bias` do not fit each other.
    """

    def __init__(self, table: npt.NDArray[np.int8], scale: Floats, bias: Floats) -> None:
        if table.shape != (BUCKETS, len(scale) + 1) or len(scale) != len(bias):
            raise ValueError(
                f"a table {table.shape} does not fit {BUCKETS} buckets and {len(scale)} labels"
            )
        if table.shape[1] < _COLUMNS:
            table = np.pad(table, ((0, 0), (0, _COLUMNS - table.shape[1])))
        self._table = np.ascontiguousarray(table)
        self._rows = self._table.view(np.int64).reshape(-1)
        self._scale, self._bias = scale, bias

    @classmethod
    def of(cls, content: bytes, settings: LinearSettings) -> LinearModel:
        """From the bytes of a `.npy` file."""
        weights = np.load(io.BytesIO(content), allow_pickle=False)
        scale, bias = np.array(settings.scale, np.float32), np.array(settings.bias, np.float32)
        return cls(weights, scale, bias)

    def logits(self, texts: Sequence[str]) -> Floats:
        """n x labels, of n normalised texts."""
        parts = [
            self._part(texts[start : start + MAX_TEXTS])
            for start in range(0, len(texts), MAX_TEXTS)
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
        """Sums of the table's rows over each text's features, zero for a text without any."""
        starts, ends = features.first[:-1], features.first[1:]
        total = np.zeros((len(starts), _COLUMNS), dtype=np.int32)
        filled = ends > starts
        if filled.any():
            rows = self._rows[features.buckets].view(np.int8).reshape(-1, _COLUMNS)
            total[filled] = np.add.reduceat(rows, starts[filled], axis=0, dtype=np.int32)
        return total
