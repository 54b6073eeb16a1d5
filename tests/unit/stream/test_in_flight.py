"""Age of what is in hand, and the watchdog."""

import time

import pytest

from moderator.stream.in_flight import InFlight, Watchdog, age_s
from moderator.testing import ManualClock
from tests.unit.stream.fakes import FakeEvent, FakeMessage


def test_the_oldest_record_of_each_partition() -> None:
    now = time.time()
    acked: list[int] = []
    events = [
        FakeEvent(FakeMessage(b"", offset, partition, timestamp=now - age), acked)
        for offset, (partition, age) in enumerate([(0, 30), (1, 20), (0, 10)])
    ]
    clock = ManualClock(5.0)
    hand = InFlight(clock)
    hand.take(events)
    clock.advance(2.0)
    assert hand.moved_at == 5.0
    assert hand.oldest_s() == {0: pytest.approx(30, abs=5), 1: pytest.approx(20, abs=5)}
    hand.acknowledge(events[:1])
    assert hand.oldest_s() == {0: pytest.approx(10, abs=5), 1: pytest.approx(20, abs=5)}
    assert acked == [0]
    assert hand.moved_at == 7.0


@pytest.mark.parametrize(
    ("timestamp", "age"), [(90.0, 10.0), (110.0, 0.0), (0.0, None), (-0.001, None)]
)
def test_age_survives_odd_clocks(timestamp: float, age: float | None) -> None:
    assert age_s(FakeMessage(b"", timestamp=timestamp), 100.0) == age


def test_watchdog_counts_only_while_records_wait_and_nothing_moves() -> None:
    clock = ManualClock()
    dog = Watchdog(clock)
    at = {("comments", 0): 5}
    dog.observe(at, waiting=True)
    clock.advance(7)
    assert dog.observe(at, waiting=True) == 7
    assert dog.observe({("comments", 0): 6}, waiting=True) == 0
    clock.advance(3)
    assert dog.observe({("comments", 0): 6}, waiting=True) == 3
    assert dog.observe({("comments", 0): 6}, waiting=False) == 0
    clock.advance(1)
    assert dog.observe({}, waiting=True) == 0
