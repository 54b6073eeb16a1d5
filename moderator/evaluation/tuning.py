"""Fits the lowest threshold with a target precision to people's decisions.

For scores s with decisions y (1: rightly held), P(y | s) is estimated as a non-decreasing function
of s (isotonic regression), and the precision of a threshold as its mean over all scores that meet
it. Both smooth out chance, so that a threshold keeps its precision on other comments.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderator.evaluation.wilson import Interval, wilson

MIN_HELD = 100
"""Decisions that must lie above a threshold."""

MAX_SHORTFALL = 0.05
"""How far the lower end of the precision's interval may lie below the target."""

_RESAMPLES = 200
_STEPS, _ROUNDING = 1_000, 1e-9

Floats = NDArray[np.float64]


class FittedThreshold(NamedTuple):
    """A threshold that reaches the target, its precision, and how many decisions lie above it."""

    threshold: Interval
    precision: Interval
    held: int


def fit(scores: Floats, right: Floats, target: float, *, seed: int = 0) -> FittedThreshold | str:
    """The lowest threshold with at least this precision, or why there is none.

    `scores` in [0, 1] and `right` (0 or 1) have one entry per decision. Thresholds have three
    digits: scores that agree in them are kept together.
    """
    scores = np.floor(scores * _STEPS + _ROUNDING) / _STEPS
    if len(scores) < MIN_HELD:
        return f"{len(scores)} decisions, at least {MIN_HELD} needed"
    threshold = _lowest(scores, right, target)
    if threshold is None:
        return "no threshold reaches the target"
    number = int((scores >= threshold).sum())
    if number < MIN_HELD:
        return f"{number} decisions above {threshold:.2f}, at least {MIN_HELD} needed"
    measured = precision(scores, right, threshold)
    if measured.low < target - MAX_SHORTFALL:
        between = f"between {measured.low:.2f} and {measured.high:.2f}"
        return f"precision above {threshold:.2f} is {between}, by {number} decisions"
    chance = np.random.default_rng(seed)
    others = []
    for _ in range(_RESAMPLES):
        pick = chance.integers(0, len(scores), len(scores))
        other = _lowest(scores[pick], right[pick], target)
        others.append(1.0 if other is None else other)
    low, high = np.quantile(others, (0.025, 0.975))
    return FittedThreshold(Interval(threshold, float(low), float(high)), measured, number)


def precision(scores: Floats, right: Floats, threshold: float) -> Interval:
    """The share of right decisions among the scores that meet a threshold, with Wilson's interval;
    nan if there are none."""
    above = right[scores >= threshold]
    return wilson(float(above.sum()), len(above))


def _lowest(scores: Floats, right: Floats, target: float) -> float | None:
    values, inverse = np.unique(scores, return_inverse=True)
    weights = np.bincount(inverse).astype(np.float64)
    smooth = _isotonic(np.bincount(inverse, right) / weights, weights)
    above = np.cumsum((smooth * weights)[::-1])[::-1] / np.cumsum(weights[::-1])[::-1]
    enough = np.flatnonzero(above >= target)
    return float(values[enough[0]]) if len(enough) else None


def _isotonic(values: Floats, weights: Floats) -> Floats:
    """The non-decreasing values nearest to these (pool adjacent violators)."""
    means: list[float] = []
    sizes: list[float] = []
    counts: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        means.append(value)
        sizes.append(weight)
        counts.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            mean, size, count = means.pop(), sizes.pop(), counts.pop()
            means[-1] = (means[-1] * sizes[-1] + mean * size) / (sizes[-1] + size)
            sizes[-1] += size
            counts[-1] += count
    return np.repeat(np.asarray(means), counts)
