"""What was handed over of each partition, and the position that reading has reached beyond it.

aiokafka moves a position past what it never hands over: markers of transactions, aborted comments,
what was compacted away. It also moves it past the records of a call that ends in an error, which
nobody gets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import TopicPartition


class _Taken(NamedTuple):
    next_offset: int
    """The offset after the last record that was handed over."""
    position: int


class Taken:
    """What one aiokafka consumer has handed over. Call it in the consumer's thread only: there a
    position moves in one step with the records that are handed over."""

    def __init__(self) -> None:
        self._known: dict[TopicPartition, _Taken] = {}

    def restart(self, tp: TopicPartition, offset: int) -> None:
        """The partition is read from `offset`."""
        self._known[tp] = _Taken(offset, offset)

    def note(self, consumer: Any, records: Mapping[TopicPartition, Sequence[Any]]) -> None:
        """A call handed over these records."""
        for tp, position in self._positions(consumer).items():
            taken = records.get(tp)
            next_offset = taken[-1].offset + 1 if taken else self._known[tp].next_offset
            self._known[tp] = _Taken(next_offset, position)

    def give_back(self, consumer: Any) -> None:
        """A call ended in an error: what it took is read again."""
        for tp, position in self._positions(consumer).items():
            if position != self._known[tp].position:
                consumer.seek(tp, self._known[tp].position)

    def done(self, consumer: Any, tp: TopicPartition, offset: int) -> int:
        """Up to where the partition is done with, if it is up to `offset`: the position, unless
        records from there on were handed over."""
        position = self._positions(consumer).get(tp)
        if position is None or self._known[tp].next_offset != offset:
            return offset
        return max(offset, position)

    def _positions(self, consumer: Any) -> dict[TopicPartition, int]:
        assignment = consumer._subscription.subscription.assignment
        if assignment is None:
            return {}
        states = {tp: assignment.state_value(tp) for tp in assignment.tps if tp in self._known}
        return {tp: state.position for tp, state in states.items() if state.has_valid_position}
