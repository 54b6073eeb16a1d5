"""Reads the dead-letter topic, and counts its records by stage and reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Self

from confluent_kafka import Message, TopicPartition
from confluent_kafka.admin import OffsetSpec  # type: ignore[attr-defined]

from moderator.dlq.headers import PREFIX, TRUNCATED, attempts, headers_of
from moderator.dlq.offsets import RedriveOffsets
from moderator.errors import BrokerError
from moderator.kafka.admin import ANSWER_S, Administration
from moderator.kafka.topic_reader import TopicReader
from moderator.settings import Kafka, Settings

UNREADABLE_HEADERS = "unreadable_headers"
"""The reason of a dead letter that a client wrote whose names of headers are not UTF-8."""

Watermarks = Mapping[int, tuple[int, int]]
"""Partition → (first offset, end)."""

_BATCH = 500
_SILENCE_S = 30.0
_SHOWN = 200
"""Characters of a header that are kept: whoever may write to the topic chose them."""


@dataclass(frozen=True, slots=True)
class DeadLetterRecord:
    """A dead letter in its topic. `time_ms` is since 1970, when it became one."""

    partition: int
    offset: int
    time_ms: int
    stage: str
    reason: str
    message: str
    source: tuple[str, str, str]
    """Topic, partition and offset of the comment that it was."""
    attempts: int
    truncated: bool
    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    """The producer's own."""

    @classmethod
    def of(cls, message: Message) -> Self:
        """The dead letter that a Kafka record is."""
        known = headers_of(message)
        headers = known or []
        connect = {name: value for name, value in headers if name.startswith(PREFIX)}

        def header(name: str) -> str:
            return connect.get(PREFIX + name, b"")[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN]

        return cls(
            partition=message.partition() or 0,
            offset=message.offset() or 0,
            time_ms=message.timestamp()[1],
            stage=header("stage"),
            reason=header("reason") if known is not None else UNREADABLE_HEADERS,
            message=header("exception.message"),
            source=(header("topic"), header("partition"), header("offset")),
            attempts=attempts(headers),
            truncated=known is None or any(name == TRUNCATED for name, _ in headers),
            key=message.key(),
            value=message.value() or b"",
            headers=tuple(pair for pair in headers if not pair[0].startswith(PREFIX)),
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which dead letters to select; all conditions must hold. Times are in ms since 1970."""

    stages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    since_ms: int | None = None
    until_ms: int | None = None

    def holds(self, record: DeadLetterRecord) -> bool:
        """Whether a dead letter is selected."""
        return (
            (not self.stages or record.stage in self.stages)
            and (not self.reasons or record.reason in self.reasons)
            and (self.since_ms is None or record.time_ms >= self.since_ms)
            and (self.until_ms is None or record.time_ms < self.until_ms)
        )


@dataclass(slots=True)
class Count:
    """Dead letters of one stage and reason."""

    stage: str
    reason: str
    records: int = 0
    redriven: int = 0
    oldest_ms: int = 0
    newest_ms: int = 0


def watermarks_of(broker: Administration, settings: Settings) -> dict[int, tuple[int, int]]:
    """First offset and end of each partition of the dead letters' topic. Raises BrokerError."""
    topic = settings.topics.dead_letters
    if topic not in broker.partitions:
        raise BrokerError(f"there is no topic {topic!r}: `moderator topics create` creates it")
    return broker.watermarks(topic)


def read(kafka: Kafka, topic: str, watermarks: Watermarks) -> Iterator[list[DeadLetterRecord]]:
    """Batches of the records within `watermarks`, in order by partition. Raises BrokerError."""
    ends = {number: end for number, (first, end) in watermarks.items() if first < end}
    reader = TopicReader(kafka, "dlq", reset="earliest")
    try:
        reader.assign((topic, number, watermarks[number][0]) for number in ends)
        last_read_at = monotonic()
        while ends:
            batch = []
            for message in reader.read(_BATCH, 0.2):
                last_read_at = monotonic()
                partition, offset = message.partition() or 0, message.offset() or 0
                if offset < ends.get(partition, 0):
                    batch.append(DeadLetterRecord.of(message))
                if offset + 1 >= ends.get(partition, 0):
                    ends.pop(partition, None)
            if batch:
                yield batch
            for _, partition in reader.ended:
                ends.pop(partition, None)  # a transaction's marker was the last of it
            if monotonic() - last_read_at > _SILENCE_S:
                raise BrokerError(f"{topic!r} cannot be read: the broker no longer answers")
    finally:
        reader.close()


def first_at(
    broker: Administration, topic: str, watermarks: Watermarks, time_ms: int
) -> dict[int, int]:
    """Partition → the first offset that is not older than `time_ms`. Raises BrokerError."""
    offsets = broker.offsets(topic, OffsetSpec.for_timestamp(time_ms))
    return {n: offsets[n][0] if offsets[n][0] >= 0 else end for n, (_, end) in watermarks.items()}


def purge(broker: Administration, topic: str, before: Mapping[int, int]) -> None:
    """Delete what lies before these offsets, for good. Raises BrokerError."""
    places = [TopicPartition(topic, number, offset) for number, offset in before.items()]
    futures = broker.client.delete_records(places, request_timeout=ANSWER_S)
    broker.answers(futures, f"delete records of {topic!r}")


def counts(
    records: Iterable[DeadLetterRecord], redriven: Mapping[int, RedriveOffsets]
) -> list[Count]:
    """Dead letters by stage and reason, most first; `redriven` holds offsets by partition."""
    tally: dict[tuple[str, str], Count] = {}
    for record in records:
        stage, reason, time_ms = record.stage, record.reason, record.time_ms
        count = tally.setdefault((stage, reason), Count(stage, reason, 0, 0, time_ms, time_ms))
        count.records += 1
        count.redriven += record.offset in redriven[record.partition]
        count.oldest_ms = min(count.oldest_ms, time_ms)
        count.newest_ms = max(count.newest_ms, time_ms)
    return sorted(tally.values(), key=lambda count: -count.records)
