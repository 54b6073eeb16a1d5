"""Estimates how long the queue will take, from how long the last batches took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from moderator.records import Comment

_CHARACTERS_A_UNIT = 200
_FIRST_UNITS = 20.0
_KEPT = 0.9
"""The weight that the average of earlier batches keeps when another one is measured."""

_BATCH_S = 0.02
"""The longest a batch should take: the next request waits for it."""


def units_of(comments: Sequence[Comment]) -> float:
    """Estimated work, in comments of usual length: a fixed part each, and a part by length."""
    return len(comments) + sum(len(comment.text) for comment in comments) / _CHARACTERS_A_UNIT


class LoadEstimate:
    """Units of work queued or being judged, and the seconds that one takes.

    `unit_s` is assumed for a unit until the first batch has been measured.
    """

    def __init__(self, unit_s: float = 0.0005, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._queued = 0.0
        self._judged = 0.0
        self._last_end = 0.0
        self._recent_units = _FIRST_UNITS
        self._recent_s = _FIRST_UNITS * unit_s

    def queued(self, units: float) -> None:
        """Add work to the queue."""
        self._queued += units

    def left(self, units: float) -> None:
        """Remove work from the queue."""
        self._queued -= units

    def wait_s(self) -> float:
        """Seconds that a new request would wait; batches being judged are taken to be half done."""
        return (self._queued + self._judged / 2) * self._unit_s

    def units_in_a_batch(self) -> float:
        """The most work a batch may hold and still finish in time."""
        return _BATCH_S / self._unit_s

    @contextmanager
    def judging(self, units: float) -> Iterator[None]:
        """Count a batch while it is judged, then update the time per unit.

        Batches overlap, so only the time since the last one's end counts.
        """
        start = self._clock()
        self._judged += units
        try:
            yield
        finally:
            self._judged -= units
            now = self._clock()
            took_s = now - max(start, self._last_end)
            self._last_end = now
            self._recent_units = _KEPT * self._recent_units + units
            self._recent_s = _KEPT * self._recent_s + took_s

    @property
    def _unit_s(self) -> float:
        # of sums, as the few units of a small batch say little of what one takes
        return self._recent_s / self._recent_units
