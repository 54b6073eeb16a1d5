"""Calibration keeps order, hits its knots, and refuses knots that do not rise."""

import numpy as np
import pytest

from moderator.scorers.compact.calibration import Calibration

KNOTS = {"a": [(-2.0, -4.0), (0.0, 0.0), (1.0, 3.0)], "b": [(0.0, 1.0), (1.0, 2.0)]}


def test_knots_are_met_and_joined_by_lines() -> None:
    logits = np.array([[-2.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=np.float32)
    expected = 1 / (1 + np.exp(-np.array([[-4.0, 1.0], [0.0, 2.0], [1.5, 1.5]])))
    assert Calibration(KNOTS).probabilities(logits) == pytest.approx(expected)


def test_order_is_kept_beyond_the_knots() -> None:
    logits = np.linspace(-9, 9, 300, dtype=np.float32)
    probabilities = Calibration(KNOTS).probabilities(np.stack([logits, logits], axis=1))
    assert (np.diff(probabilities, axis=0) > 0).all()


@pytest.mark.parametrize("line", [[(0.0, 0.0), (1.0, 0.0)], [(1.0, 0.0), (1.0, 1.0)]])
def test_knots_that_do_not_rise_are_refused(line: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="calibration of a"):
        Calibration({"a": line})
