"""The circuit breaker, by a manual clock."""

from __future__ import annotations

from moderator.cache.breaker import Breaker
from moderator.testing import ManualClock


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert breaker.allow()
        breaker.failed()


def test_opens_after_failures_in_a_row_only() -> None:
    changes: list[bool] = []
    breaker = Breaker(3, 10.0, changes.append, ManualClock())
    fail(breaker, 2)
    assert breaker.allow()
    breaker.succeeded()
    fail(breaker, 2)
    assert changes == []
    fail(breaker, 1)
    assert not breaker.allow()
    assert changes == [False]


def test_one_probe_decides() -> None:
    clock = ManualClock()
    changes: list[bool] = []
    breaker = Breaker(1, 10.0, changes.append, clock)
    fail(breaker, 1)
    clock.advance(9.9)
    assert not breaker.allow()
    clock.advance(0.1)
    assert breaker.allow()
    assert not breaker.allow()  # the probe is still under way
    breaker.failed()
    assert not breaker.allow()
    clock.advance(10.0)
    assert breaker.allow()
    breaker.succeeded()
    assert breaker.allow()
    assert changes == [False, True]


def test_an_abandoned_probe_lets_another_try() -> None:
    clock = ManualClock()
    breaker = Breaker(1, 10.0, clock=clock)
    fail(breaker, 1)
    clock.advance(10.0)
    assert breaker.allow()
    breaker.abandoned()
    assert breaker.allow()


def test_tripped_it_is_open_at_once_and_tries_again_later() -> None:
    clock = ManualClock()
    changes: list[bool] = []
    breaker = Breaker(3, 10.0, changes.append, clock)
    breaker.trip()
    assert not breaker.allow()
    clock.advance(10)
    assert breaker.allow()
    breaker.succeeded()
    assert changes == [False, True]
