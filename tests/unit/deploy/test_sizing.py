"""The sizing page is what its benchmark makes of the figures, and the arithmetic holds."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.benchmarks.sizing import (
    HEADROOM,
    PAGE,
    RATES,
    Figures,
    arrivals,
    plan,
    stored,
    waits,
    with_section,
)

FIGURES = Figures(
    "test", 100e-6, 400e-6, 400.0, 700.0, 200.0, {"lexicon": 1.0, "compact": 0.5},
    {"lexicon": 1e-5, "compact": 2e-4},
)  # fmt: skip


def test_the_page_is_what_the_figures_make() -> None:
    text = PAGE.read_text("utf-8")
    assert with_section(text, stored()) == text, "run: python -m tests.benchmarks.sizing --write"


@pytest.mark.parametrize("rate", RATES)
def test_the_plan_bears_its_day_and_one_worker_less_does_not(rate: int) -> None:
    found = plan(FIGURES, rate)
    assert found.wait_p999_s <= 1.0
    assert found.partitions >= 2 * found.workers
    if rate == 1_000:
        fewer = sorted(waits(FIGURES, list(arrivals(rate)), found.workers - 1))
        assert fewer[int(len(fewer) * 0.999)] > 1.0
    assert found.workers * FIGURES.per_core(0.5) * HEADROOM > found.peak * 0.9


def test_the_mean_of_the_day_is_near_the_rate_and_its_bursts_above() -> None:
    coming = [rate for rate, _ in arrivals(1_000)]
    assert 1_000 < sum(coming) / len(coming) < 1_400
    assert max(coming) > 5_000


def test_shares_of_the_cascade_move_the_cost() -> None:
    assert FIGURES.with_share("compact", 1.0).uncached_s == pytest.approx(500e-6)
    assert FIGURES.with_share("compact", 0.0).uncached_s == pytest.approx(300e-6)


def test_a_dearer_scorer_costs_more_workers() -> None:
    dear = replace(FIGURES, uncached_s=4e-3)
    assert plan(dear, 1_000).workers > 5 * plan(FIGURES, 1_000).workers
    assert FIGURES.per_core(0.0) == pytest.approx(2_500)
    assert FIGURES.per_core(1.0) == pytest.approx(10_000)
