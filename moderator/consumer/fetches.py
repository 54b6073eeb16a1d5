"""Watches the broker's answers to fetches: what was read, from which leader epochs, and when."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple

from aiokafka import TopicPartition

_OFFSET_OUT_OF_RANGE = 1
_CANNOT_READ = frozenset((-1, 2, 56))
"""UNKNOWN_SERVER_ERROR, CORRUPT_MESSAGE, KAFKA_STORAGE_ERROR: the broker fails to read its log."""
_HEADER = struct.Struct(">qiib")
"""Base offset, length of what follows these two, leader epoch, magic."""

_OVERHEAD_BYTES = 12
_LEAST_BYTES = 26
"""The size of an empty message of format 0."""
_LAST_DELTA_AT = 23
_MAGIC = 2


class BatchHeader(NamedTuple):
    """Where a record batch is in a fetched message set, and what it holds."""

    start: int
    end: int
    magic: int
    epoch: int
    first_offset: int
    next_offset: int


def batches(data: bytes) -> Iterator[BatchHeader]:
    """The headers of the whole batches, up to one of an unknown format.

    A message of format 0 or 1 is a batch without an epoch (-1); a compressed one holds several, and
    of their offsets its header has the last alone.
    """
    position = 0
    while position + _LEAST_BYTES <= len(data):
        first, length, epoch, magic = _HEADER.unpack_from(data, position)
        end = position + _OVERHEAD_BYTES + length
        if not _LEAST_BYTES <= end - position <= len(data) - position or not 0 <= magic <= _MAGIC:
            return
        next_offset = first + 1
        if magic < _MAGIC:
            epoch = -1
        elif end - position < _LAST_DELTA_AT + 4:
            return
        else:
            next_offset += struct.unpack_from(">i", data, position + _LAST_DELTA_AT)[0]
        yield BatchHeader(position, end, magic, epoch, first, next_offset)
        position = end


@dataclass
class _Reading:
    """How far a partition was read."""

    next_offset: int
    epochs: deque[tuple[int, int]] = field(default_factory=deque)
    """(first offset, epoch), ascending: the epochs of what was read."""
    unverified: list[tuple[int, int]] = field(default_factory=list)
    """(epoch, offset): an epoch was left at this offset, and nobody asked where it ends."""


class FetchWatcher:
    """Keeps for each partition the epochs of what was read since `restart`."""

    def __init__(self) -> None:
        self._readings: dict[TopicPartition, _Reading] = {}
        self.out_of_range: set[TopicPartition] = set()
        """Partitions whose fetch offset the broker does not have."""
        self.failing: dict[TopicPartition, float] = {}
        """Partitions whose log the broker cannot read, and since when, in monotonic seconds."""

    def restart(self, tp: TopicPartition, offset: int, epoch: int = -1) -> None:
        """The partition is read from `offset`; the record before is of `epoch`, if known."""
        self.out_of_range.discard(tp)
        self.failing.pop(tp, None)
        self._readings[tp] = _Reading(offset, deque([(0, epoch)] if epoch >= 0 else []))

    def answered(self, response: Any) -> None:
        """Note an answer, and take out the partitions whose offset is out of range.

        aiokafka would reset these by itself, and so skip records or read them again.
        """
        topics = []
        for topic, partitions in response.topics:
            kept = []
            for entry in partitions:
                tp = TopicPartition(topic, entry[0])
                if entry[1] == _OFFSET_OUT_OF_RANGE:
                    self.out_of_range.add(tp)
                    continue
                kept.append(entry)
                if entry[1] in _CANNOT_READ:
                    self.failing.setdefault(tp, monotonic())
                else:
                    self.failing.pop(tp, None)
                if entry[1] == 0 and entry[-1]:
                    self._note(tp, entry[-1])
            topics.append((topic, kept))
        response.topics = topics

    def next_offset(self, tp: TopicPartition) -> int | None:
        """The offset after the last that was fetched; None if the partition is not read."""
        reading = self._readings.get(tp)
        return reading.next_offset if reading is not None else None

    def epoch_before(self, tp: TopicPartition, offset: int) -> int:
        """The epoch of the record before `offset`, or -1; forgets what lies further back."""
        reading = self._readings.get(tp)
        if reading is None or not reading.epochs:
            return -1
        while len(reading.epochs) > 1 and reading.epochs[1][0] < offset:
            reading.epochs.popleft()
        first, epoch = reading.epochs[0]
        return epoch if first < offset else -1

    def unverified(self, tp: TopicPartition) -> tuple[int, int] | None:
        """The oldest (epoch, offset at which it was left) that was not verified."""
        reading = self._readings.get(tp)
        return reading.unverified[0] if reading and reading.unverified else None

    def verified(self, tp: TopicPartition) -> None:
        """The oldest unverified change of epochs is in order."""
        self._readings[tp].unverified.pop(0)

    def _note(self, tp: TopicPartition, data: bytes) -> None:
        reading = self._readings.get(tp)
        if reading is None:
            return
        for batch in batches(data):
            if batch.next_offset <= reading.next_offset:
                continue
            last = reading.epochs[-1][1] if reading.epochs else -1
            if batch.epoch >= 0 and batch.epoch != last:
                if last >= 0:
                    reading.unverified.append((last, reading.next_offset))
                reading.epochs.append((max(batch.first_offset, reading.next_offset), batch.epoch))
            reading.next_offset = batch.next_offset
