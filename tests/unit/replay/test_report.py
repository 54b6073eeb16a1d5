"""A report's percentiles are right to two per cent, at any length."""

import random

import pytest

from moderator.replay.report import Latencies, Report


def test_percentiles_are_close() -> None:
    rng = random.Random(1)
    values = [rng.expovariate(0.05) for _ in range(5_000)]
    latencies = Latencies()
    for value in values:
        latencies.add(value)
    values.sort()
    for share in (0.5, 0.95, 0.99):
        exact = values[int(share * len(values)) - 1]
        assert latencies.percentile(share) == pytest.approx(exact, rel=0.02)


def test_nothing_counted_is_zero() -> None:
    assert Latencies().percentile(0.99) == 0.0
    assert Report().per_second == 0.0
    assert Report().as_dict()["verdicts"] == 0


def test_zero_latency_counts() -> None:
    latencies = Latencies()
    latencies.add(0.0)
    assert latencies.percentile(0.5) < 0.01
