"""Skips records that stop the workers: each becomes a dead letter, then the group moves on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import monotonic

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from moderator.dlq.headers import TRUNCATED, Source, dead_letter, headers_of
from moderator.errors import BrokerError, RecordError, SettingsError
from moderator.kafka.admin import Administration, committed, retry_transient
from moderator.kafka.client_config import REQUEST_BYTES, librdkafka_options
from moderator.kafka.topic_reader import TopicReader
from moderator.settings import Settings

MAX_RECORDS = 10_000
"""Upper limit of one skip: more would not be an accident, but a loss."""

_READ_S = 5.0
_CONFIRM_S = 60.0

_log = logging.getLogger(__name__)


def skip(
    settings: Settings, topic: str, partition: int, offset: int, *, with_earlier: bool = False
) -> int:
    """Commit the offset after `offset`; the number of dead letters that were written.

    The offset must be the one that the group reads next, or, `with_earlier`, lie beyond it; then
    all up to it are passed over. Raises SettingsError or BrokerError.
    """
    if topic != settings.topics.comments:
        raise SettingsError(
            f"{topic!r} is not the topic of comments ({settings.topics.comments!r})"
        )
    broker = Administration(settings.kafka)
    if partition not in broker.partitions.get(topic, ()):
        raise SettingsError(f"there is no partition {partition} of {topic!r} on the broker")
    first, end = broker.watermarks(topic)[partition]
    commit = committed(settings.kafka, settings.stream.group, topic, [partition])[partition]
    start = max(first, commit.offset)
    if not start <= offset < end:
        raise SettingsError(
            f"{topic}/{partition}: offset {offset} is not waiting: the group reads {start} next, "
            f"the log ends at {end}"
        )
    if offset > start and not with_earlier:
        raise SettingsError(
            f"{topic}/{partition}: the group reads {start} next, and would lose {offset - start} "
            "records before this one: skip that one, or all with --with-earlier"
        )
    if offset - start >= MAX_RECORDS:
        raise SettingsError(f"{offset - start + 1} records: at most {MAX_RECORDS} at once")
    records = _read(settings, topic, partition, start, offset + 1)
    _publish(settings, partition, records)
    _commit(settings, TopicPartition(topic, partition, offset + 1))
    for number in records:
        _log.warning("%s/%d: offset %d was skipped by an operator", topic, partition, number)
    return len(records)


def _read(
    settings: Settings, topic: str, partition: int, start: int, stop: int
) -> dict[int, Message | None]:
    """Offset → record, or None if it cannot be read; without offsets that hold no record."""
    records: dict[int, Message | None] = dict.fromkeys(range(start, stop))
    reader = TopicReader(settings.kafka, "skip", reset="error")
    try:
        position, deadline = start, monotonic() + _READ_S
        reader.assign([(topic, partition, position)])
        while position < stop and monotonic() < deadline:
            try:
                for message in reader.read(stop - position, 0.2):
                    offset = message.offset() or 0
                    for absent in range(position, min(offset, stop)):
                        del records[absent]  # a transaction's marker, or compacted away
                    if offset < stop:
                        records[offset] = message
                    position, deadline = offset + 1, monotonic() + _READ_S
            except BrokerError:  # this very record cannot be read: that is why it is skipped
                position += 1
                reader.assign([(topic, partition, position)])
    finally:
        reader.close()
    return records


def _publish(settings: Settings, partition: int, records: Mapping[int, Message | None]) -> None:
    """A dead letter for each record. Raises BrokerError if one is not confirmed."""
    topics = settings.topics
    failed: set[str] = set()
    producer = Producer(
        {
            **librdkafka_options(settings.kafka),
            "acks": "all",
            "message.max.bytes": REQUEST_BYTES,
            "message.timeout.ms": int(_CONFIRM_S * 1000),
        }
    )
    for offset, record in records.items():
        message = "skipped by an operator" + ("" if record else "; it could not be read")
        letter = dead_letter(
            Source(topics.comments, partition, offset),
            record.key() if record else None,
            record.value() if record else None,
            headers_of(record) or () if record else (),
            RecordError("skip", "skipped", message),
        )
        headers = letter.headers if record else (*letter.headers, (TRUNCATED, b"0"))
        producer.produce(
            topics.dead_letters,
            letter.value,
            letter.key,
            headers=list(headers),
            on_delivery=lambda error, _: failed.add(error.name()) if error else None,
        )
    producer.flush(_CONFIRM_S + 5)
    if failed or len(producer):
        raise BrokerError(
            f"the broker does not take the dead letters ({', '.join(sorted(failed))}): nothing was "
            "skipped; `moderator doctor` looks further"
        )


def _commit(settings: Settings, place: TopicPartition) -> None:
    consumer = Consumer(
        {
            **librdkafka_options(settings.kafka),
            "group.id": settings.stream.group,
            "enable.auto.commit": False,
        }
    )

    def commit() -> None:
        for done in consumer.commit(offsets=[place], asynchronous=False) or ():
            if done.error is not None:
                raise KafkaException(done.error)

    try:
        retry_transient(commit, f"move group {settings.stream.group!r} on")
    except BrokerError as error:
        raise BrokerError(f"{error}; stop its workers first: only then it may be moved") from None
    finally:
        consumer.close()
