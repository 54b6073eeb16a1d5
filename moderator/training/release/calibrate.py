"""Fits the calibration and the thresholds on the validation part, which has the natural mix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from moderator.evaluation.measures import best_threshold

Values = npt.NDArray[np.float64]
Knots = tuple[tuple[float, float], ...]
"""Raw logits and the calibrated ones that they become, both rising."""
_LEAST_STEP = 1e-3
_LEAST_POSITIVES_A_KNOT = 12
_MOST_KNOTS = 20


def platt(logits: Values, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset of the line from raw to calibrated logits."""
    fitted = LogisticRegression(C=1e4).fit(logits[:, None], truth)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def best_probability(logits: Values, truth: npt.NDArray[np.bool_], knots: Knots) -> float:
    """The calibrated probability at the best F1."""
    best = np.interp(best_threshold(truth, logits), *np.array(knots).T)
    return round(float(1 / (1 + np.exp(-best))), 3)


def fit_knots(logits: Values, truth: npt.NDArray[np.bool_]) -> Knots:
    """Platt's line, bent as the data require.

    Each knot stands for a group of texts with a dozen positives or more; the groups' shares are
    drawn towards Platt's line (as by four texts), then made to rise by isotonic regression.
    """
    slope, offset = platt(logits, truth)
    order = np.argsort(logits)
    seen = np.cumsum(truth[order])
    a_knot = max(_LEAST_POSITIVES_A_KNOT, int(seen[-1]) // _MOST_KNOTS)
    groups = np.split(order, np.flatnonzero(np.diff(seen // a_knot)) + 1)
    raw, share, size = [], [], []
    for group in groups:
        middle = float(logits[group].mean())
        prior = 1 / (1 + np.exp(-(slope * middle + offset)))
        raw.append(middle)
        share.append((truth[group].sum() + 4 * prior) / (len(group) + 4))
        size.append(len(group))
    rising = IsotonicRegression().fit_transform(raw, share, sample_weight=size)
    rising = np.clip(rising, 1e-5, 1 - 1e-3)
    calibrated = np.log(rising / (1 - rising))
    # ties would make texts equal that the model ranks
    calibrated = np.maximum.accumulate(calibrated + _LEAST_STEP * np.arange(len(raw)))
    return tuple((round(x, 5), round(float(y), 5)) for x, y in zip(raw, calibrated, strict=True))
