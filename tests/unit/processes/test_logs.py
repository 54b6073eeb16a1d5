"""What is logged, and how often."""

import logging

from moderator.processes.logs import ThrottleFilter
from moderator.testing import ManualClock


def record(name: str, message: str) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, message, None, None)


def test_aiokafka_repeats_itself_seldom() -> None:
    clock = ManualClock(100.0)
    seldom = ThrottleFilter(30, clock)
    broken = record("aiokafka.client", "Unable connect to node with id %s: %s")
    assert [seldom.filter(broken), seldom.filter(broken)] == [True, False]
    assert seldom.filter(record("aiokafka.consumer", "another"))
    clock.advance(30)
    assert seldom.filter(broken)


def test_our_own_log_is_never_held_back() -> None:
    seldom = ThrottleFilter(30, ManualClock())
    ours = record("moderator.stream.worker", "the same")
    assert [seldom.filter(ours), seldom.filter(ours)] == [True, True]
