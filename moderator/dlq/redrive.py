"""Puts dead letters back on the comments' topic: at least once, each up to a number of attempts.

A record is published and confirmed, and only then is the progress committed; so a crash repeats
some, and loses none. Each carries how often it was put back, and is left alone once that reaches
the limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from moderator.dlq.headers import ATTEMPTS
from moderator.dlq.offsets import RedriveOffsets, redrive_offsets
from moderator.dlq.reader import DeadLetterRecord, Selection, Watermarks, read, watermarks_of
from moderator.errors import BrokerError
from moderator.kafka.admin import Administration, committed, error_of, retry_transient
from moderator.kafka.client_config import REQUEST_BYTES, librdkafka_options
from moderator.settings import Settings

_CONFIRM_S = 60.0


@dataclass(slots=True)
class Redriven:
    """What a redrive did, or in a dry run would do. `kept` counts those left alone, by reason."""

    dry_run: bool
    redriven: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0
    """Put back, but too scattered to remember: the next redrive would put them back again."""


def group_of(settings: Settings) -> str:
    """The consumer group that keeps the progress."""
    return f"{settings.stream.group}.redrive"


def progress(settings: Settings, watermarks: Watermarks) -> dict[int, RedriveOffsets]:
    """Partition → what was put back. Raises BrokerError."""
    topic = settings.topics.dead_letters
    commits = committed(settings.kafka, group_of(settings), topic, watermarks)
    return redrive_offsets(watermarks, commits)


def redrive(
    settings: Settings, selection: Selection, *, max_attempts: int, dry_run: bool = False
) -> Redriven:
    """Put back the present dead letters that `selection` matches. Raises BrokerError."""
    topic = settings.topics.dead_letters
    broker = Administration(settings.kafka)
    watermarks = watermarks_of(broker, settings)
    done = progress(settings, watermarks)
    next_offset = {number: offsets.offset for number, offsets in done.items()}
    result = Redriven(dry_run)
    partitions = len(broker.partitions.get(settings.topics.comments, ()))
    with _Publisher(settings, partitions) as publisher:
        rest = {number: (start, watermarks[number][1]) for number, start in next_offset.items()}
        for records in read(settings.kafka, topic, rest):
            chosen: list[DeadLetterRecord] = []
            for record in records:
                offsets = done[record.partition]
                # What is missing was a transaction's marker, compacted away, or deleted.
                offsets.add(next_offset[record.partition], record.offset)
                next_offset[record.partition] = record.offset + 1
                if record.offset not in offsets:
                    reason = _why_kept(record, selection, max_attempts)
                    if reason is None:
                        chosen.append(record)
                    else:
                        result.kept[reason] += 1
            if chosen and not dry_run:
                publisher.publish(chosen, done, result)
                result.forgotten = publisher.commit(done)
            elif dry_run:
                result.redriven += len(chosen)
    return result


def _why_kept(record: DeadLetterRecord, selection: Selection, max_attempts: int) -> str | None:
    if not selection.holds(record):
        return "not_selected"
    if record.truncated:
        return "truncated"
    return "exhausted" if record.attempts >= max_attempts else None


class _Publisher:
    """Publishes what is put back, and commits the progress."""

    def __init__(self, settings: Settings, partitions: int) -> None:
        self._topics = settings.topics
        self._partitions = partitions
        options = librdkafka_options(settings.kafka)
        self._producer = Producer(
            {
                **options,
                "acks": "all",
                "enable.idempotence": True,
                "message.max.bytes": REQUEST_BYTES,
                "message.timeout.ms": int(_CONFIRM_S * 1000),
            }
        )
        self._committer = Consumer(
            {**options, "group.id": group_of(settings), "enable.auto.commit": False}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._committer.close()

    def publish(
        self,
        records: Sequence[DeadLetterRecord],
        done: Mapping[int, RedriveOffsets],
        result: Redriven,
    ) -> None:
        """Put records back, and note those that the broker confirmed.

        Raises BrokerError if it neither took one nor refused it for its size.
        """
        errors: set[str] = set()

        def delivered(record: DeadLetterRecord, error: KafkaError | None) -> None:
            if error is None:
                done[record.partition].add(record.offset)
                result.redriven += 1
            elif error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
                result.kept["too_large"] += 1
            else:
                errors.add(error.name())

        for record in records:
            self._produce(record, delivered)
        self._producer.flush(_CONFIRM_S + 5)
        if errors or len(self._producer):
            raise BrokerError(
                f"the broker does not take what is put back ({', '.join(sorted(errors))}): "
                "run again for the rest; a few may come twice"
            )

    def commit(self, done: Mapping[int, RedriveOffsets]) -> int:
        """Commit the progress; how many offsets did not fit into it. Raises BrokerError."""
        commits = {number: offsets.metadata() for number, offsets in done.items()}
        places = [
            TopicPartition(self._topics.dead_letters, number, done[number].offset, metadata)
            for number, (metadata, _) in commits.items()
        ]

        def ask() -> None:
            for place in self._committer.commit(offsets=places, asynchronous=False):
                if place.error is not None:
                    raise KafkaException(place.error)

        retry_transient(ask, "commit the redrive's progress")
        return sum(forgotten for _, forgotten in commits.values())

    def _produce(
        self,
        record: DeadLetterRecord,
        on_delivery: Callable[[DeadLetterRecord, KafkaError | None], None],
    ) -> None:
        headers: list[tuple[str, str | bytes | None]] = [
            pair for pair in record.headers if pair[0] != ATTEMPTS
        ]
        headers.append((ATTEMPTS, str(record.attempts + 1)))

        def delivered(error: KafkaError | None, _: Message) -> None:
            on_delivery(record, error)

        while True:
            try:
                self._producer.produce(
                    self._topics.comments,
                    record.value,
                    record.key,
                    self._partition(record),
                    headers=headers,
                    on_delivery=delivered,
                )
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                on_delivery(record, error_of(error))
                return
            else:
                return

    def _partition(self, record: DeadLetterRecord) -> int:
        """The one it came from, so that comments of a key stay together; -1 means by its key."""
        topic, number, _ = record.source
        known = topic == self._topics.comments and number.isascii() and number.isdigit()
        return int(number) if known and int(number) < self._partitions else -1
