"""Wilson's interval of a share: known values, and it holds the share and stays within 0 and 1."""

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.evaluation.wilson import wilson


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(1, 10, 0.01788, 0.40415), (50, 100, 0.40383, 0.59617), (0, 20, 0.0, 0.16113)],
)
def test_known_intervals(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count)[1:] == pytest.approx((low, high), abs=1e-5)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_it_holds_the_share(hits: int, count: int) -> None:
    share = wilson(min(hits, count), count)
    assert 0.0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1.0


def test_of_nothing_nothing_is_known() -> None:
    value, low, high = wilson(0, 0)
    assert isnan(value)
    assert (low, high) == (0.0, 1.0)
