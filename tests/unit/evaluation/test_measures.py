"""Measures against values worked out by hand."""

import numpy as np
import pytest

from moderator.evaluation.measures import (
    best_threshold,
    decision_at,
    expected_calibration_error,
    roc_auc,
)

TRUTH = np.array([True, False, True, False])


def test_auc_of_perfect_reversed_and_tied_scores() -> None:
    assert roc_auc(TRUTH, np.array([0.9, 0.1, 0.8, 0.2])) == 1.0
    assert roc_auc(TRUTH, np.array([0.1, 0.9, 0.2, 0.8])) == 0.0
    assert roc_auc(TRUTH, np.full(4, 0.5)) == 0.5
    assert roc_auc(TRUTH, np.array([0.9, 0.5, 0.5, 0.1])) == 0.875


def test_auc_of_one_class_is_undefined() -> None:
    assert np.isnan(roc_auc(np.array([True, True]), np.array([0.1, 0.2])))


def test_calibration_error() -> None:
    scores = np.array([0.99, 0.01, 0.99, 0.01])
    assert expected_calibration_error(TRUTH, scores) == pytest.approx(0.01)
    assert expected_calibration_error(TRUTH, 1 - scores) == pytest.approx(0.99)
    assert expected_calibration_error(np.array([True]), np.array([1.0])) == 0.0


def test_decision() -> None:
    decision = decision_at(TRUTH, np.array([0.9, 0.7, 0.2, 0.1]), 0.7)
    assert decision == (0.5, 0.5, 0.5)
    assert np.isnan(decision_at(TRUTH, np.zeros(4), 0.5).precision)


def test_best_threshold_parts_the_classes() -> None:
    assert best_threshold(TRUTH, np.array([0.9, 0.1, 0.8, 0.2])) == pytest.approx(0.5)
