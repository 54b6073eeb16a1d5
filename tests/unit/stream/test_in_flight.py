"""Order of acknowledgement, age of what is in flight, and the watchdog."""

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
    flight = InFlight(clock)
    flight.take(events)
    clock.advance(2.0)
    assert flight.moved_at == 5.0
    assert flight.oldest_s() == {0: pytest.approx(30, abs=5), 1: pytest.approx(20, abs=5)}
    flight.confirm(events[:1])
    assert flight.oldest_s() == {0: pytest.approx(10, abs=5), 1: pytest.approx(20, abs=5)}
    assert acked == [0]
    assert flight.moved_at == 7.0


@pytest.mark.parametrize(
    ("timestamp", "age"), [(90.0, 10.0), (110.0, 0.0), (0.0, None), (-0.001, None)]
)
def test_age_survives_odd_clocks(timestamp: float, age: float | None) -> None:
    assert age_s(FakeMessage(b"", timestamp=timestamp), 100.0) == age


def test_records_are_acknowledged_in_order_whatever_is_confirmed_first() -> None:
    acked: list[int] = []
    events = [FakeEvent(FakeMessage(b"", offset), acked) for offset in range(6)]
    flight = InFlight()
    flight.take(events)
    flight.confirm([events[1], events[2], events[4]])
    assert acked == []
    assert (len(flight), flight.confirmed) == (6, 3)
    flight.confirm([events[0]])
    assert acked == [0, 1, 2]
    flight.confirm([events[5], events[3]])
    assert acked == [0, 1, 2, 3, 4, 5]
    assert (len(flight), flight.confirmed) == (0, 6)


def test_an_event_confirmed_once_says_nothing_about_a_later_one_of_the_same_identity() -> None:
    acked: list[int] = []
    again, other = (FakeEvent(FakeMessage(b"", offset), acked) for offset in (0, 1))
    flight = InFlight()
    flight.take([again])
    flight.confirm([again])
    flight.take([again, other])
    flight.confirm([other])
    assert acked == [0]
    flight.confirm([again])
    assert acked == [0, 0, 1]


def test_watchdog_counts_only_while_records_wait_and_nothing_moves() -> None:
    clock = ManualClock()
    watchdog = Watchdog(clock)
    committed = {("comments", 0): 5}
    watchdog.observe(committed, 0, waiting=True)
    clock.advance(7)
    assert watchdog.observe(committed, 0, waiting=True) == 7
    assert watchdog.observe({("comments", 0): 6}, 0, waiting=True) == 0
    clock.advance(3)
    assert watchdog.observe({("comments", 0): 6}, 0, waiting=True) == 3
    assert watchdog.observe({("comments", 0): 6}, 0, waiting=False) == 0
    clock.advance(1)
    assert watchdog.observe({}, 0, waiting=True) == 0


def test_an_outcome_within_a_long_batch_is_progress() -> None:
    clock = ManualClock()
    watchdog = Watchdog(clock)
    committed = {("comments", 0): 5}
    watchdog.observe(committed, 0, waiting=True)
    clock.advance(50)
    assert watchdog.observe(committed, 1, waiting=True) == 0
    clock.advance(50)
    assert watchdog.observe(committed, 1, waiting=True) == 50
