"""Fits the calibration and the thresholds on the validation part, which has the natural mix."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Values = npt.NDArray[np.float64]
_LEAST_STEP = 1e-3
_LEAST_POSITIVES_A_KNOT = 12
_MOST_KNOTS = 20


def fit_knots(logits: Values, truth: npt.NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Rising knots (raw logit, calibrated logit): Platt's line, bent as the data require.

    Each knot stands for a group of texts with a dozen positives or more; the groups' shares are
    drawn towards Platt's line (as by four texts), then made to rise by isotonic regression.
    """
    platt = LogisticRegression(C=1e4).fit(logits[:, None], truth)
    slope, offset = float(platt.coef_[0, 0]), float(platt.intercept_[0])
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
    return [(round(x, 5), round(float(y), 5)) for x, y in zip(raw, calibrated, strict=True)]
