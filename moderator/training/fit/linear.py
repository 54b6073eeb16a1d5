"""Fits the first stage: logistic regressions over hashed n-grams, one a label.

Features are weighted by inverse document frequency (tf-idf, with a feature counted once), n-grams
and words each brought to unit length, as they are when scoring; early stopping is part of the
regularisation, so the number of iterations matters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from rich.progress import track
from scipy.optimize import minimize

from moderator.scorers.compact.arrays import Floats
from moderator.scorers.compact.features import BUCKETS, Features, char_features, word_features
from moderator.training.corpus.examples import HEADS, LINEAR_HEADS, Examples


@dataclass(frozen=True)
class LinearConfig:
    """Chosen on the validation part; what fewer than `rarest` texts hold says nothing."""

    penalty: float = 0.5
    iterations: int = 40
    rarest: int = 8


class LinearWeights(NamedTuple):
    """Ready to ship: an int8 table as `LinearModel` takes it, scale and bias a label."""

    table: npt.NDArray[np.int8]
    scale: Floats
    bias: Floats


def fit_linear(
    folded: Sequence[str], examples: Examples, config: LinearConfig
) -> tuple[LinearWeights, Floats]:
    """Fits every head of the linear stage on the examples that speak for it, by `LINEAR_HEADS`.

    Also gives all logits, n x heads.
    """
    blocks = [_presence(folded, kind) for kind in (char_features, word_features)]
    frequency = np.sum([np.bincount(block.indices, minlength=BUCKETS) for block in blocks], axis=0)
    rarity = (np.log((len(folded) + 1) / (frequency + 1)) + 1).astype(np.float32)
    rarity[frequency < config.rarest] = 0
    squares = np.rint(rarity**2).clip(max=127).astype(np.int8)
    features = sum(_weighted(block, rarity, squares) for block in blocks)
    weights = np.zeros((BUCKETS, len(LINEAR_HEADS)), dtype=np.float32)
    bias = np.zeros(len(LINEAR_HEADS), dtype=np.float32)
    logits = np.zeros((len(folded), len(LINEAR_HEADS)), dtype=np.float32)
    for at, head in enumerate(track(LINEAR_HEADS, "labels")):
        known = np.flatnonzero(~np.isnan(examples.targets[:, HEADS.index(head)]))
        fitted = _fit_label(
            features[known],
            examples.targets[known, HEADS.index(head)],
            examples.weights[known],
            config,
        )
        logits[:, at] = features @ fitted[:-1].astype(np.float32) + fitted[-1]
        weights[:, at], bias[at] = fitted[:-1] * rarity, fitted[-1]
    # the largest weights matter most: cutting them costs far more than rounding the small ones
    scale = np.abs(weights).max(axis=0) / 127
    table = np.column_stack([np.rint(weights / scale).astype(np.int8), squares])
    return LinearWeights(table, scale, bias), logits


def _presence(
    texts: Sequence[str], kind: Callable[[Sequence[str]], Features], batch: int = 512
) -> sparse.csr_matrix:
    """1 if a folded text has a feature, else 0; n x buckets."""
    parts = []
    for start in track(range(0, len(texts), batch), "n-grams"):
        features = kind(texts[start : start + batch])
        ones = np.ones(len(features.buckets), np.float32)
        shape = (len(features.first) - 1, BUCKETS)
        parts.append(sparse.csr_matrix((ones, features.buckets, features.first), shape=shape))
    return sparse.vstack(parts, format="csr")


def _weighted(
    block: sparse.csr_matrix, rarity: Floats, squares: npt.NDArray[np.int8]
) -> sparse.csr_matrix:
    """Every feature worth its rarity, each text's by their length as a vector."""
    lengths = np.sqrt(np.maximum(block @ squares.astype(np.float32), 1))
    block.data *= rarity[block.indices] / np.repeat(lengths, np.diff(block.indptr))
    block.eliminate_zeros()
    return block


def _fit_label(
    features: sparse.csr_matrix, targets: Floats, importance: Floats, config: LinearConfig
) -> npt.NDArray[np.float64]:
    turned = features.T.tocsr()
    total = importance.sum()

    def cost(solution: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights, bias = solution[:-1].astype(np.float32), solution[-1]
        logits = features @ weights + bias
        loss = importance @ (np.logaddexp(0, logits) - targets * logits)
        residual = (importance * (1 / (1 + np.exp(-logits)) - targets)).astype(np.float32)
        slope = np.append(turned @ residual + config.penalty * weights, residual.sum())
        value = (loss + config.penalty / 2 * (weights @ weights)) / total
        return float(value), slope.astype(np.float64) / total

    start = np.zeros(features.shape[1] + 1)
    options = {"maxiter": config.iterations, "maxcor": 8}
    solution: npt.NDArray[np.float64] = minimize(
        cost, start, jac=True, method="L-BFGS-B", options=options
    ).x
    return solution
