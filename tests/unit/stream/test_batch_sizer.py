"""Batches fit the latency budget if they can."""

from collections.abc import Callable

import pytest

from moderator.stream.batch_sizer import AdaptiveBatchSizer


def settled(most: int, budget_s: float, takes_s: Callable[[int], float]) -> list[int]:
    sizer = AdaptiveBatchSizer(most, budget_s)
    sizes = []
    for _ in range(200):
        limit = int(sizer.limit)
        sizer.observe(limit, takes_s(limit))
        sizes.append(limit)
    return sizes[-50:]


@pytest.mark.parametrize(
    ("each_s", "expected"), [(0.00001, 500), (0.001, 25), (0.1, 8), (0.0001, 250)]
)
def test_size_follows_the_time_for_a_unit_of_cost(each_s: float, expected: int) -> None:
    assert settled(500, 0.05, lambda n: n * each_s) == [expected] * 50


def test_a_fixed_cost_over_the_budget_does_not_shrink_batches() -> None:
    sizes = settled(256, 0.05, lambda n: 0.5 + n * 0.0001)
    assert sum(sizes) / len(sizes) > 200


def test_a_fixed_cost_is_set_off_against_the_budget() -> None:
    sizes = settled(500, 0.1, lambda n: 0.02 + n * 0.001)
    assert max(sizes) <= 50
    assert sum(sizes) / len(sizes) == pytest.approx(30, abs=5)
