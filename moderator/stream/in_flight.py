"""Records taken and not yet acknowledged: their age, and a watchdog for their progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import monotonic, time
from typing import Protocol

TopicPartition = tuple[str, int]


class Message(Protocol):
    """The parts of Faust's message that we use; `timestamp` is in seconds since 1970."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> float: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]] | None: ...


class Event(Protocol):
    """A record taken from the topic; `confirm` lets Faust commit it."""

    @property
    def message(self) -> Message: ...
    def confirm(self) -> bool: ...


class InFlight:
    """Records taken and not yet acknowledged, oldest first."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._events: deque[Event] = deque()
        self._clock = clock
        self.moved_at = clock()
        """When records were last acknowledged, on `clock`; before that, when this was created."""

    def __len__(self) -> int:
        return len(self._events)

    def take(self, events: Iterable[Event]) -> None:
        """Add records that were taken."""
        self._events.extend(events)

    def acknowledge(self, events: Sequence[Event]) -> None:
        """Acknowledge the oldest records, in order; `events` are just these."""
        pop = self._events.popleft
        for event in events:
            event.confirm()
            pop()
        self.moved_at = self._clock()

    def oldest_s(self) -> dict[int, float]:
        """Partition → age in seconds of its oldest record in flight, by the record's timestamp."""
        now = time()
        ages: dict[int, float] = {}
        for event in self._events:
            message = event.message
            if message.partition not in ages:
                ages[message.partition] = age_s(message, now) or 0.0
        return ages


def age_s(message: Message, now: float) -> float | None:
    """Seconds since the record's timestamp; None if it has none; 0 if clocks disagree."""
    if message.timestamp is None or message.timestamp <= 0:
        return None
    return max(0.0, now - message.timestamp)


class Watchdog:
    """Measures how long records have waited without any offset being committed."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._committed: dict[TopicPartition, int | None] = {}
        self._moved_at = clock()

    def observe(self, committed: Mapping[TopicPartition, int | None], *, waiting: bool) -> float:
        """Seconds without progress; 0 when none waits, or an offset or the assignment moved."""
        now = self._clock()
        if not waiting or dict(committed) != self._committed:
            self._moved_at = now
            self._committed = dict(committed)
        return now - self._moved_at
