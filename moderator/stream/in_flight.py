"""Records taken and not yet acknowledged: their age, and a watchdog for their progress."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
    """Records taken and not yet acknowledged, oldest first.

    Outcomes may be confirmed in any order; a record is acknowledged once those of all records
    before it are confirmed too, so that what is committed never has a gap.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._events: deque[Event] = deque()
        self._confirmed: set[int] = set()
        self._clock = clock
        self.confirmed = 0
        """How many records' outcomes were confirmed so far."""
        self.moved_at = clock()
        """When outcomes were last confirmed, on `clock`; before that, when this was created."""

    def __len__(self) -> int:
        return len(self._events)

    def take(self, events: Iterable[Event]) -> None:
        """Add records that were taken."""
        self._events.extend(events)

    def confirm(self, events: Collection[Event]) -> None:
        """The outcomes of these records are confirmed; acknowledge what can be."""
        confirmed, waiting = self._confirmed, self._events
        confirmed.update(map(id, events))
        while waiting and id(waiting[0]) in confirmed:
            event = waiting.popleft()
            confirmed.remove(id(event))
            event.confirm()
        self.confirmed += len(events)
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
    """Measures how long records have waited without any progress."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._state: tuple[Mapping[TopicPartition, int | None], int] = {}, 0
        self._moved_at = clock()

    def observe(
        self, committed: Mapping[TopicPartition, int | None], confirmed: int, *, waiting: bool
    ) -> float:
        """Seconds without progress; 0 if none waits, or if anything moved since the last call.

        Progress is a commit, a changed assignment, or another confirmed outcome: a batch that takes
        long counts as alive as long as parts of it get done.
        """
        now = self._clock()
        state = dict(committed), confirmed
        if not waiting or state != self._state:
            self._moved_at = now
            self._state = state
        return now - self._moved_at
