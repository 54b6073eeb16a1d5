"""Reads what aiokafka's record parser refuses, or says at which offset it cannot be read.

aiokafka raises on a header name that is not UTF-8 and on a corrupt batch, and thereby drops the
records before it in the same answer. Here a strange header name is read with escapes, the records
before a batch that cannot be read are handed over, and the batch ends in an UnreadableError. It
also reads an answer in the format of its first batch, and so takes compressed messages of format 1
after some of format 0 for ones that it has read: here each format is read as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint

from moderator.consumer.fetches import BatchHeader, batches


class UnreadableError(Exception):
    """A batch of a partition cannot be read; `first` to `next_offset` - 1 are its offsets."""

    def __init__(self, tp: TopicPartition, first: int, next_offset: int, reason: str) -> None:
        super().__init__(f"{tp.topic}/{tp.partition} at offset {first}: {reason}")
        self.tp = tp
        self.first = first
        self.next_offset = next_offset
        self.reason = reason


class KeptRecords:
    """aiokafka's MemoryRecords, with the bytes they were made of."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        first, *later = _by_format(data)
        self._records = MemoryRecords(first)
        self._later = later
        self.next_batch = self._next_batch if later else self._records.next_batch
        self.has_next = self._has_next if later else self._records.has_next

    def size_in_bytes(self) -> int:
        """The size of the whole answer."""
        return len(self.data)

    def _has_next(self) -> bool:
        if not self._records.has_next() and self._later:
            self._records = MemoryRecords(self._later.pop(0))
        return bool(self._records.has_next())

    def _next_batch(self) -> Any:
        return self._records.next_batch()


def _by_format(data: bytes) -> list[bytes]:
    """The data, cut where the format of its batches changes; the last part may be incomplete."""
    cuts, magic = [0], None
    for batch in batches(data):
        if magic is not None and batch.magic != magic:
            cuts.append(batch.start)
        magic = batch.magic
    if len(cuts) == 1:
        return [data]
    return [data[start:end] for start, end in pairwise([*cuts, len(data)])]


class LenientRecords(fetcher.PartitionRecords):  # type: ignore[misc]
    """aiokafka's PartitionRecords for records of any content."""

    next_fetch_offset: int
    _records: KeptRecords

    def _unpack_records(self) -> Iterator[Any]:
        start = self.next_fetch_offset
        while True:
            try:
                yield from super()._unpack_records()
                return
            except UnicodeDecodeError:
                batch = self._current()
                try:
                    records = list(_records(self._records.data[batch.start : batch.end]))
                except Exception as error:  # noqa: BLE001 (a batch may hold anything)
                    self._refuse(start, error)
                    return
                for record in records:
                    if record.offset >= self.next_fetch_offset:
                        self.next_fetch_offset = record.offset + 1
                        yield self._consumer_record(self._tp, record)
                self.next_fetch_offset = batch.next_offset
                self._records = KeptRecords(self._records.data[batch.end :])
            except Exception as error:  # noqa: BLE001 (a batch may hold anything)
                self._refuse(start, error)
                return

    def _refuse(self, start: int, error: Exception) -> None:
        """Raise UnreadableError, unless records before the batch are to be handed over first."""
        if self.next_fetch_offset == start:
            batch = self._current()
            after = max(batch.next_offset, start + 1)
            raise UnreadableError(self._tp, start, after, _reason(error)) from None

    def _current(self) -> BatchHeader:
        """The batch that holds the next offset."""
        offset = self.next_fetch_offset
        for batch in batches(self._records.data):
            if batch.next_offset > offset:
                return batch
        return BatchHeader(0, len(self._records.data), -1, -1, offset, offset + 1)


class _Record(NamedTuple):
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    checksum: None = None


def _records(data: bytes) -> Iterator[_Record]:
    """The records of a batch, header names escaped if they are not UTF-8."""
    batch = _DefaultRecordBatchPy(data)
    batch._maybe_uncompress()
    buffer, position = batch._buffer, batch._pos

    def varint() -> int:
        nonlocal position
        number, position = decode_varint(buffer, position)
        return int(number)

    def taken(size: int) -> bytes | None:
        nonlocal position
        if size < 0:
            return None
        position += size
        return bytes(buffer[position - size : position])

    for _ in range(batch._num_records):
        end = varint() + position
        position += 1  # attributes, of which there are none
        timestamp = batch.first_timestamp + varint()
        if batch.timestamp_type:
            timestamp = batch.max_timestamp
        offset = batch.base_offset + varint()
        key, value = taken(varint()), taken(varint())
        names_and_values = [(taken(varint()) or b"", taken(varint())) for _ in range(varint())]
        if position != end or end > len(buffer):
            raise ValueError("a record's length is wrong")
        headers = [(name.decode("utf-8", "backslashreplace"), v) for name, v in names_and_values]
        yield _Record(offset, timestamp, batch.timestamp_type, key, value, headers)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: the batch is corrupt, or of an unknown format"


# aiokafka's fetcher takes both by their names in its module, and offers no other way in.
fetcher.PartitionRecords = LenientRecords
fetcher.MemoryRecords = KeptRecords
