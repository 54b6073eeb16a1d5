"""Pauses between tries."""

import pytest

from moderator.errors import HaltError
from moderator.settings import Stream
from moderator.stream.retry import Backoff
from moderator.testing import ManualClock


def test_pauses_grow_with_jitter_to_their_cap() -> None:
    backoff = Backoff(initial_s=1, max_s=4, give_up_s=1e9, clock=ManualClock())
    pauses = backoff.pauses("it")
    for most in (1, 2, 4, 4):
        assert most / 2 <= next(pauses) <= most


def test_the_settings_give_milliseconds() -> None:
    stream = Stream(retry_initial_ms=2_000, retry_max_ms=3_000, retry_for_s=1e9)
    pauses = Backoff.of(stream).pauses("it")
    for most in (2, 3, 3):
        assert most / 2 <= next(pauses) <= most


def test_time_runs_out() -> None:
    clock = ManualClock()
    pauses = Backoff(initial_s=1, max_s=4, give_up_s=10, clock=clock).pauses("publishing")
    next(pauses)
    clock.advance(10)
    with pytest.raises(HaltError, match=r"publishing failed for 10 s \(stream.retry_for_s\)"):
        next(pauses)
