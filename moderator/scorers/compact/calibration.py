"""From logits to calibrated probabilities: a rising, piecewise linear curve per label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from moderator.scorers.compact.arrays import Floats


class Calibration:
    """For each label, knots (raw logit, calibrated logit), both rising.

    Beyond the outer knots the curve continues with slope one, so that order is kept and no two
    texts become equal. With knots (-2, -4) and (0, 0) a logit of -1 becomes -2, and 3 becomes 3.
    Raises ValueError if the knots do not rise.
    """

    def __init__(self, knots: Mapping[str, Sequence[tuple[float, float]]]) -> None:
        self._lines = [np.array(line, dtype=np.float64).T for line in knots.values()]
        for label, (raw, calibrated) in zip(knots, self._lines, strict=True):
            if not (np.all(np.diff(raw) > 0) and np.all(np.diff(calibrated) > 0)):
                raise ValueError(f"calibration of {label}: the knots do not rise")

    def probabilities(self, logits: Floats) -> Floats:
        """Probabilities of logits, both n x labels in the order of the knots."""
        columns = []
        for column, (raw, calibrated) in zip(logits.T, self._lines, strict=True):
            inner = np.interp(column, raw, calibrated)
            outer = np.minimum(column - raw[0], 0) + np.maximum(column - raw[-1], 0)
            columns.append(1 / (1 + np.exp(-(inner + outer))))
        return np.stack(columns, axis=1).astype(np.float32)
