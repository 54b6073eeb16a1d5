"""Fits the first stage: logistic regressions over hashed n-grams, one a label.

Features are weighted by inverse document frequency and divided by the root of
their number, as they are when scoring; early stopping is part of the
regularisation, so the number of iterations matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from rich.progress import track
from scipy.optimize import minimize

from moderator.scorers.compact.features import BUCKETS, char_features, word_features
from moderator.training.datasets import LABELS, Examples

Floats = npt.NDArray[np.float32]
_IDF_SCALE = 1 / 6  # keeps the norm of a text near one, which the penalty is chosen for


@dataclass(frozen=True)
class LinearConfig:
    """Chosen on the validation part."""

    penalty: float = 0.1
    iterations: int = 40


class LinearWeights(NamedTuple):
    """Ready to ship: int8 weights buckets x labels, scale and bias a label."""

    weights: npt.NDArray[np.int8]
    scale: Floats
    bias: Floats


def feature_matrix(texts: Sequence[str], batch: int = 512) -> sparse.csr_matrix:
    """Features of folded texts, n x buckets, each worth one over the root of its block's number."""
    parts = []
    for start in track(range(0, len(texts), batch), "n-grams"):
        part = texts[start : start + batch]
        rows, columns, values = [], [], []
        for blocks in (char_features(part), word_features(part)):
            counts = np.sum([np.diff(block.first) for block in blocks], axis=0)
            norms = (1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)
            for block in blocks:
                lengths = np.diff(block.first)
                rows.append(np.repeat(np.arange(len(part)), lengths))
                columns.append(block.buckets)
                values.append(np.repeat(norms, lengths))
        places = (np.concatenate(rows), np.concatenate(columns))
        shape = (len(part), BUCKETS)
        parts.append(sparse.csr_matrix((np.concatenate(values), places), shape=shape))
    return sparse.vstack(parts, format="csr")


def fit_linear(
    folded: Sequence[str], examples: Examples, config: LinearConfig
) -> tuple[LinearWeights, Floats]:
    """Fits every label on the examples that speak for it; also gives all logits, n x labels."""
    features = feature_matrix(folded)
    frequency = np.bincount(features.indices, minlength=BUCKETS)
    idf = (np.log((len(folded) + 1) / (frequency + 1)) + 1).astype(np.float32) * _IDF_SCALE
    features.data *= idf[features.indices]
    weights = np.zeros((BUCKETS, len(LABELS)), dtype=np.float32)
    bias = np.zeros(len(LABELS), dtype=np.float32)
    logits = np.zeros((len(folded), len(LABELS)), dtype=np.float32)
    for at in track(range(len(LABELS)), "labels"):
        known = np.flatnonzero(~np.isnan(examples.targets[:, at]))
        fitted = _fit_label(
            features[known], examples.targets[known, at], examples.weights[known], config
        )
        logits[:, at] = features @ fitted[:-1].astype(np.float32) + fitted[-1]
        weights[:, at], bias[at] = fitted[:-1] * idf, fitted[-1]
    # the largest weights matter most: cutting them costs far more than rounding the small ones
    scale = np.abs(weights).max(axis=0) / 127
    quantised = np.rint(weights / scale).astype(np.int8)
    return LinearWeights(quantised, scale, bias), logits


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
