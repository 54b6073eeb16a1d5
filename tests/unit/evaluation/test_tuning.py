"""Thresholds fitted to decisions keep their precision on others; too few are refused."""

from __future__ import annotations

import numpy as np
import pytest

from moderator.evaluation import tuning
from moderator.evaluation.tuning import FittedThreshold, fit, precision


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and decisions that are right with a probability that rises with the score."""
    chance = np.random.default_rng(seed)
    scores = chance.beta(2, 2, count)
    right = (chance.random(count) < 1 / (1 + np.exp(-8 * (scores - 0.4)))).astype(np.float64)
    return scores, right


@pytest.mark.parametrize("target", [0.8, 0.9, 0.95])
def test_held_back_decisions_have_the_asked_precision(
    target: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "_RESAMPLES", 30)  # the intervals' ends are not looked at closely
    found = []
    for seed in range(10):
        scores, right = drawn(16_000, seed)
        fitted = fit(scores[:8_000], right[:8_000], target)
        assert isinstance(fitted, FittedThreshold)
        assert fitted.threshold.low <= fitted.threshold.value <= fitted.threshold.high
        assert fitted.precision.low < target < fitted.precision.high
        found.append(precision(scores[8_000:], right[8_000:], fitted.threshold.value).value)
    assert abs(np.mean(found) - target) < 0.005
    assert max(abs(share - target) for share in found) <= 0.02


def test_the_lowest_threshold_is_taken() -> None:
    scores, right = drawn(4_000, 1)
    fitted = fit(scores, right, 0.9)
    assert isinstance(fitted, FittedThreshold)
    assert precision(scores, right, fitted.threshold.value - 0.05).value < 0.9


def test_equal_scores_are_kept_together() -> None:
    scores = np.repeat([0.2, 0.5, 0.9], 200)
    right = np.concatenate([np.zeros(200), np.tile([0.0, 1.0], 100), np.ones(200)])
    fitted = fit(scores, right, 0.7)
    assert isinstance(fitted, FittedThreshold)
    assert fitted.threshold.value == 0.5
    assert fitted.held == 400
    assert fitted.precision.value == 0.75


@pytest.mark.parametrize(
    ("count", "target", "why"),
    [(99, 0.9, "99 decisions"), (150, 0.95, "decisions above")],
)
def test_too_little_is_refused(count: int, target: float, why: str) -> None:
    scores, right = drawn(count, 2)
    found = fit(scores, right, target)
    assert isinstance(found, str)
    assert why in found


def test_what_no_threshold_reaches_is_refused() -> None:
    assert fit(np.linspace(0, 1, 500), np.zeros(500), 0.5) == "no threshold reaches the target"


def test_few_decisions_that_leave_much_open_are_refused() -> None:
    found = fit(np.linspace(0.5, 1, 120), np.tile([1.0] * 9 + [0.0], 12), 0.9)
    assert isinstance(found, str)
    assert "between 0.83 and 0.94" in found


def test_precision_of_nothing_is_unknown() -> None:
    found = precision(np.asarray([0.1]), np.asarray([1.0]), 0.5)
    assert np.isnan(found.value)
    assert (found.low, found.high) == (0.0, 1.0)
