"""Ranking, calibration and decision measures of one label."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


def roc_auc(truth: Truth, scores: Values) -> float:
    """Area under the ROC curve, ties counted half; nan if one class is missing."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def expected_calibration_error(truth: Truth, scores: Values, bins: int = 15) -> float:
    """Mean distance of score and observed share over equal-width bins, weighted by their size."""
    place = np.minimum((scores * bins).astype(np.int64), bins - 1)
    gap = np.bincount(place, scores - truth, minlength=bins)
    return float(np.abs(gap).sum() / len(truth))


class Correctness(NamedTuple):
    """Measures of a binary decision; each in 0..1, nan if undefined."""

    precision: float
    recall: float
    f1: float


def decision_at(truth: Truth, scores: Values, threshold: float) -> Correctness:
    """The decision that flags every text at or above the threshold."""
    return decision(truth, scores >= threshold)


def decision(truth: Truth, flagged: Truth) -> Correctness:
    """Precision, recall and F1 of the texts flagged."""
    hits = float((flagged & truth).sum())
    precision = hits / flagged.sum() if flagged.any() else float("nan")
    recall = hits / truth.sum() if truth.any() else float("nan")
    total = float(flagged.sum() + truth.sum())
    return Correctness(float(precision), float(recall), 2 * hits / total if total else float("nan"))


def best_threshold(truth: Truth, scores: Values) -> float:
    """The threshold of the best F1, halfway to the next lower score."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(truth) + 1) + truth.sum())
    ranked = scores[order]
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    best = int(np.argmax(np.where(last_of_tie, f1, -1)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2)
