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

    `weights` is buckets x labels, in units of each label's `scale`. The
    inverse document frequency is already within the weights, so a text's logit is ``bias + scale *
    sum(weights[bucket]) / sqrt(number of features)``, summed over byte n-grams and words.
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
        """n x labels, of n folded texts."""
        parts = [
            self._part(texts[start : start + MOST_TEXTS])
            for start in range(0, len(texts), MOST_TEXTS)
        ]
        return np.concatenate([np.zeros((0, len(self._bias)), np.float32), *parts])

    def _part(self, texts: Sequence[str]) -> Floats:
        mean = np.zeros((len(texts), len(self._bias)))
        for blocks in (char_features(texts), word_features(texts)):
            sums = np.sum([self._sums(block) for block in blocks], axis=0)
            counts = np.sum([np.diff(block.first) for block in blocks], axis=0)
            mean += sums[:, : len(self._bias)] / np.sqrt(np.maximum(counts, 1))[:, None]
        logits: Floats = (self._bias + self._scale * mean).astype(np.float32)
        return logits

    def _sums(self, block: Features) -> npt.NDArray[np.int32]:
        """Sums of weights over each text's features; a text without any sums to zero."""
        total = np.zeros((len(block.first) - 1, 8), dtype=np.int32)
        filled = np.diff(block.first) > 0
        if filled.any():
            rows = self._rows[block.buckets].view(np.int8).reshape(-1, 8)
            total[filled] = np.add.reduceat(rows, block.first[:-1][filled], axis=0, dtype=np.int32)
        return total
