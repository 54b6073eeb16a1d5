"""Estimates how long what waits will take, from how long the last batches took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from moderator.records import Comment

_CHARACTERS_A_UNIT = 200
_WEIGHT = 0.2
_BATCH_S = 0.03
"""A batch should take no longer: whoever comes next waits for it."""


def units_of(comments: Sequence[Comment]) -> float:
    """Work in comments of usual length: a comment costs something, its characters cost more."""
    return len(comments) + sum(len(comment.text) for comment in comments) / _CHARACTERS_A_UNIT


class LoadEstimate:
    """How many units wait or are being judged, and what one takes. `clock` gives seconds."""

    def __init__(self, unit_s: float = 0.0005, clock: Callable[[], float] = perf_counter) -> None:
        self._unit_s = unit_s
        self._clock = clock
        self._units = 0.0
        self._last_end = 0.0

    def queued(self, units: float) -> None:
        """Add work to the queue."""
        self._units += units

    def left(self, units: float) -> None:
        """Remove work from the queue."""
        self._units -= units

    def wait_s(self) -> float:
        """How long a request that came now would wait."""
        return self._units * self._unit_s

    def units_in_a_batch(self) -> float:
        """The most work a batch may hold and still finish in time."""
        return _BATCH_S / self._unit_s

    @contextmanager
    def judging(self, units: float) -> Iterator[None]:
        """While a batch is judged, it counts as ahead of whoever comes; afterwards it is known
        what a unit takes. Batches overlap, so only the time since the last one's end counts."""
        start = self._clock()
        self._units += units
        try:
            yield
        finally:
            self._units -= units
            now = self._clock()
            took_s = now - max(start, self._last_end)
            self._last_end = now
            self._unit_s += _WEIGHT * (took_s / units - self._unit_s)
