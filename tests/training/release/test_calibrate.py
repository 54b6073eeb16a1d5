"""Fitted knots rise, and make an over-confident score mean what it says."""

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="the extra train is not installed")

from moderator.evaluation.measures import expected_calibration_error
from moderator.scorers.compact.calibration import Calibration
from moderator.training.release.calibrate import fit_knots


def test_an_overconfident_score_is_calibrated() -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(-2, 2, 20_000)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-honest))
    raw = 3 * honest + 1
    knots = fit_knots(raw[:10_000], truth[:10_000])
    logits = raw[10_000:, None].astype(np.float32)
    calibrated = Calibration({"x": knots}).probabilities(logits)[:, 0]
    before = expected_calibration_error(truth[10_000:], 1 / (1 + np.exp(-raw[10_000:])))
    assert before > 0.05
    assert expected_calibration_error(truth[10_000:], calibrated.astype(np.float64)) < 0.015
