"""Equal quantiles put one scale on another."""

import numpy as np
import pytest

from moderator.evaluation.equating import agreement, equate, rank_correlation


def test_a_threshold_holds_as_large_a_share() -> None:
    chance = np.random.default_rng(3)
    theirs = chance.beta(0.5, 5, 20_000)
    ours = theirs**3
    x, y = equate(ours, theirs)
    mapped = np.interp(ours, x, y)
    assert np.all(np.diff(x) > 0)
    assert np.all(np.diff(y) >= 0)
    for threshold in (0.3, 0.5, 0.7):
        before, after = agreement(ours, theirs, threshold), agreement(mapped, theirs, threshold)
        assert after.ours == pytest.approx(after.theirs, abs=0.002)
        assert after.agree > max(0.998, before.agree)


def test_scores_that_are_all_alike_make_a_line_nevertheless() -> None:
    x, y = equate(np.full(300, 0.25), np.linspace(0, 1, 300))
    assert x.tolist() == [0.0, 0.25, 1.0]
    assert y.tolist() == [0.0, 1.0, 1.0]


def test_rank_correlation_is_spearmans() -> None:
    first = np.array([1.0, 2.0, 3.0, 4.0])
    assert rank_correlation(first, first**3) == pytest.approx(1)
    assert rank_correlation(first, -first) == pytest.approx(-1)
    assert rank_correlation(first, np.array([1.0, 3.0, 2.0, 4.0])) == pytest.approx(0.8)
    assert rank_correlation(np.array([1.0, 1.0, 2.0]), np.array([5.0, 5.0, 9.0])) == pytest.approx(
        1
    )
    assert np.isnan(rank_correlation(first, np.ones(4)))
