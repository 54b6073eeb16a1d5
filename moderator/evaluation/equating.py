"""Puts one scale of scores on another, so that a threshold holds as large a share of texts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from moderator.evaluation.measures import Values

_QUANTILES = np.concatenate(
    [np.linspace(0, 0.95, 96), 1 - np.geomspace(0.05, 0.0005, 40)[1:], [1.0]]
)
"""Dense at the top, where thresholds lie."""


class Agreement(NamedTuple):
    """Two scales at one threshold: the share at or above it on each, and of equal decisions."""

    threshold: float
    theirs: float
    ours: float
    agree: float


def equate(ours: Values, theirs: Values) -> tuple[Values, Values]:
    """Knots of a line from our scale to theirs, by equal quantiles: rising, and never falling.

    Both come from the same texts, in any number from some hundreds on; beyond the largest score of
    a sample nothing is known, and the ends are drawn to 0 and 1.
    """
    x = np.concatenate([[0.0], np.quantile(ours, _QUANTILES), [1.0]])
    y = np.concatenate([[0.0], np.quantile(theirs, _QUANTILES), [1.0]])
    x, first = np.unique(np.round(x, 6), return_index=True)
    # Of equal scores of ours the last has the highest of theirs.
    last = np.append(first[1:], len(y)) - 1
    return x, np.maximum.accumulate(np.round(y[last], 6))


def rank_correlation(first: Values, second: Values) -> float:
    """Spearman's, ties ranked by their mean; nan if either is constant."""
    ranked = []
    for values in (first, second):
        _, place, count = np.unique(values, return_inverse=True, return_counts=True)
        ranked.append((np.cumsum(count) - (count - 1) / 2)[place])
    if any(np.ptp(ranks) == 0 for ranks in ranked):
        return float("nan")
    return float(np.corrcoef(ranked[0], ranked[1])[0, 1])


def agreement(ours: Values, theirs: Values, threshold: float) -> Agreement:
    """How alike two scales decide."""
    above, wanted = ours >= threshold, theirs >= threshold
    return Agreement(
        threshold, float(wanted.mean()), float(above.mean()), float((above == wanted).mean())
    )
