"""Reads the dead letters' topic: what lies there, since when, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition
from confluent_kafka.admin import OffsetSpec  # type: ignore[attr-defined]

from moderator.dlq.headers import PREFIX, TRUNCATED, attempts
from moderator.dlq.offsets import RedriveOffsets
from moderator.errors import BrokerError
from moderator.kafka.admin import ANSWER_S, Administration
from moderator.kafka.client_config import is_transient, librdkafka_options
from moderator.settings import Kafka, Settings

Watermarks = Mapping[int, tuple[int, int]]
"""Partition → (first offset, end)."""

_BATCH = 500
_SILENCE_S = 30.0
_SHOWN = 200
"""Characters of a header that are kept: whoever may write to the topic chose them."""


@dataclass(frozen=True, slots=True)
class DeadLetterRecord:
    """A dead letter as it lies in the topic. `time_ms` is since 1970, when it became one."""

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
        """The letter of a record."""
        found: Any = message.headers() or ()
        headers = [(name, value or b"") for name, value in found]
        told = {name: value for name, value in headers if name.startswith(PREFIX)}

        def header(name: str) -> str:
            return told.get(PREFIX + name, b"")[: 4 * _SHOWN].decode("utf-8", "replace")[:_SHOWN]

        return cls(
            partition=message.partition() or 0,
            offset=message.offset() or 0,
            time_ms=message.timestamp()[1],
            stage=header("stage"),
            reason=header("reason"),
            message=header("exception.message"),
            source=(header("topic"), header("partition"), header("offset")),
            attempts=attempts(headers),
            truncated=any(name == TRUNCATED for name, _ in headers),
            key=message.key(),
            value=message.value() or b"",
            headers=tuple(pair for pair in headers if not pair[0].startswith(PREFIX)),
        )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant; every condition given must hold. Times are in ms since 1970."""

    stages: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    since_ms: int | None = None
    until_ms: int | None = None

    def holds(self, letter: DeadLetterRecord) -> bool:
        """Whether a letter is meant."""
        return (
            (not self.stages or letter.stage in self.stages)
            and (not self.reasons or letter.reason in self.reasons)
            and (self.since_ms is None or letter.time_ms >= self.since_ms)
            and (self.until_ms is None or letter.time_ms < self.until_ms)
        )


@dataclass(slots=True)
class Count:
    """Letters of one stage and reason."""

    stage: str
    reason: str
    letters: int = 0
    redriven: int = 0
    oldest_ms: int = 0
    newest_ms: int = 0


def watermarks_of(broker: Administration, settings: Settings) -> dict[int, tuple[int, int]]:
    """What of the dead letters' topic there is now. Raises BrokerError."""
    topic = settings.topics.dead_letters
    if topic not in broker.partitions:
        raise BrokerError(f"there is no topic {topic!r}: `moderator topics create` makes it")
    return broker.watermarks(topic)


def read(kafka: Kafka, topic: str, watermarks: Watermarks) -> Iterator[list[DeadLetterRecord]]:
    """Batches of the records within `watermarks`, in order by partition. Raises BrokerError."""
    left = {number: end for number, (first, end) in watermarks.items() if first < end}
    consumer = Consumer(
        {
            **librdkafka_options(kafka),
            "group.id": f"moderator-dlq-{uuid4().hex}",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 50,
        }
    )
    consumer.assign([TopicPartition(topic, number, watermarks[number][0]) for number in left])
    try:
        heard = monotonic()
        while left:
            letters = []
            for message in consumer.consume(_BATCH, timeout=0.2):
                heard = monotonic()
                letter = _taken(message, left)
                if letter is not None:
                    letters.append(letter)
            if letters:
                yield letters
            if monotonic() - heard > _SILENCE_S:
                raise BrokerError(f"{topic!r} cannot be read: the broker has fallen silent")
    finally:
        consumer.close()


def first_at(
    broker: Administration, topic: str, watermarks: Watermarks, time_ms: int
) -> dict[int, int]:
    """Partition → the first offset that is not older than `time_ms`. Raises BrokerError."""
    spec = OffsetSpec.for_timestamp(time_ms)
    found = broker.offsets(topic, spec)
    return {n: found[n][0] if found[n][0] >= 0 else end for n, (_, end) in watermarks.items()}


def purge(broker: Administration, topic: str, before: Mapping[int, int]) -> None:
    """Delete what lies before these offsets, for good. Raises BrokerError."""
    places = [TopicPartition(topic, number, offset) for number, offset in before.items()]
    futures = broker.client.delete_records(places, request_timeout=ANSWER_S)
    broker.answers(futures, f"delete records of {topic!r}")


def counts(
    letters: Iterable[DeadLetterRecord], redriven: Mapping[int, RedriveOffsets]
) -> list[Count]:
    """Letters by stage and reason, most first; `redriven` holds offsets by partition."""
    found: dict[tuple[str, str], Count] = {}
    for letter in letters:
        count = found.setdefault(
            (letter.stage, letter.reason),
            Count(letter.stage, letter.reason, oldest_ms=letter.time_ms, newest_ms=letter.time_ms),
        )
        count.letters += 1
        count.redriven += letter.offset in redriven[letter.partition]
        count.oldest_ms = min(count.oldest_ms, letter.time_ms)
        count.newest_ms = max(count.newest_ms, letter.time_ms)
    return sorted(found.values(), key=lambda one: -one.letters)


def _taken(message: Message, left: dict[int, int]) -> DeadLetterRecord | None:
    """The letter of a message, where it is one that was asked for; notes what is left."""
    error, partition, offset = message.error(), message.partition() or 0, message.offset() or 0
    if error is not None:
        if error.code() == KafkaError._PARTITION_EOF:
            left.pop(partition, None)
        elif not is_transient(error):
            raise BrokerError(f"dead letters cannot be read: {error.name()}: {error.str()}")
        return None
    end = left.get(partition)
    if end is None:
        return None
    if offset + 1 >= end:
        del left[partition]
    return DeadLetterRecord.of(message) if offset < end else None
