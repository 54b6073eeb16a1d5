"""Consumers without a group: they read topics from given offsets and take nothing from anybody."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from threading import Event, Thread
from time import monotonic, sleep
from typing import Literal, NamedTuple
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from moderator.errors import BrokerError, OffsetGoneError
from moderator.kafka.client_config import (
    MAX_REMEMBERED_ERRORS,
    is_transient,
    librdkafka_options,
    wait_for_broker,
)
from moderator.kafka.mock_broker import EMBEDDED_CLUSTER
from moderator.settings import Kafka

QUERY_S = 10.0
"""How long one answer may take."""

_RETRY_S = 0.1
_WHOLE_BATCH = 2_000
_WHOLE_WAIT_S = 0.2
_FOLLOWED_BATCH = 1_000
_FOLLOWED_WAIT_S = 0.1
_PAUSE_S = 1.0

Place = tuple[str, int, int]
"""Topic, partition, offset."""

Offsets = dict[tuple[str, int], int]
"""Topic and partition → the offset to go on from."""

_log = logging.getLogger(__name__)


class TopicReader:
    """Reads records of assigned partitions; `purpose` completes its group's name.

    `reset` says where to go on if an offset is gone; with "error", `read` raises OffsetGoneError.
    Raises BrokerError, here and in every method.
    """

    def __init__(
        self,
        kafka: Kafka,
        purpose: str,
        *,
        reset: Literal["earliest", "latest", "error"],
        fetch_wait_ms: int = 50,
    ) -> None:
        self._kafka = kafka
        self._errors: deque[KafkaError] = deque(maxlen=MAX_REMEMBERED_ERRORS)
        self._consumer = Consumer(
            {
                "error_cb": self._errors.append,
                **librdkafka_options(kafka),
                "group.id": f"moderator-{purpose}-{uuid4().hex}",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": reset,
                "fetch.wait.max.ms": fetch_wait_ms,
            }
        )
        self.embedded = False
        """An embedded broker does not search for times. Known after `partitions`."""
        self.ended: set[tuple[str, int]] = set()
        """Topic and partition of those that were read to their present end."""

    def partitions(self, topic: str) -> list[int]:
        """The topic's partitions; none if there is no such topic."""
        metadata = wait_for_broker(self._consumer, self._kafka, self._errors, QUERY_S, topic)
        self.embedded = (metadata.cluster_id or "").startswith(EMBEDDED_CLUSTER)
        return sorted(metadata.topics[topic].partitions)

    def watermarks(self, topic: str, partition: int) -> tuple[int, int]:
        """First offset kept, and the end."""
        deadline = monotonic() + QUERY_S
        while True:
            try:
                first, end = self._consumer.get_watermark_offsets(
                    TopicPartition(topic, partition), timeout=QUERY_S
                )
                return first, end
            except KafkaException as error:
                # A broker that has just made the topic has no leader for it yet.
                leaderless = error.args[0].code() == KafkaError.NOT_LEADER_FOR_PARTITION
                if not leaderless or monotonic() > deadline:
                    raise BrokerError(_unreadable(topic, error.args[0])) from None
                sleep(_RETRY_S)

    def first_at(self, topic: str, ends: Mapping[int, int], time_ms: int) -> dict[int, int]:
        """Partition → its first offset not older than `time_ms` since 1970, or its end."""
        asked = [TopicPartition(topic, number, time_ms) for number in ends]
        try:
            offsets = self._consumer.offsets_for_times(asked, timeout=QUERY_S)
        except KafkaException as error:
            raise BrokerError(_unreadable(topic, error.args[0])) from None
        return {
            place.partition: place.offset if place.offset >= 0 else ends[place.partition]
            for place in offsets
        }

    def assign(self, places: Iterable[Place]) -> None:
        """Read from these places on."""
        self._consumer.assign([TopicPartition(*place) for place in places])

    def read(self, limit: int, wait_s: float) -> Iterator[Message]:
        """Up to `limit` records that come within `wait_s` seconds."""
        for message in self._consumer.consume(limit, timeout=wait_s):
            error = message.error()
            if error is None:
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:
                self.ended.add((message.topic() or "", message.partition() or 0))
            elif error.code() == KafkaError._AUTO_OFFSET_RESET:
                raise OffsetGoneError(_unreadable(message.topic(), error))
            elif not is_transient(error):
                raise BrokerError(_unreadable(message.topic(), error))

    def close(self) -> None:
        """Close the connections."""
        self._consumer.close()


class FollowedRecord(NamedTuple):
    """A record's topic, value, and the broker's time of it in seconds since 1970."""

    topic: str
    value: bytes | None
    time_s: float


class TopicFollower:
    """A thread that reads topics until it is stopped, and goes on after failures; each is logged
    once.

    A subclass says where it begins (`_begin`), and what it does with records (`_take`), after each
    batch (`_rest`), and without a topic (`_without`).
    """

    failures: tuple[type[Exception], ...] = (BrokerError,)
    """Exceptions after which it goes on."""
    then = "the topics are followed again once this is over"
    """What the log says of such a failure."""

    def __init__(self, kafka: Kafka, purpose: str, *topics: str) -> None:
        self._kafka = kafka
        self._purpose = purpose
        self._topics = topics
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=purpose, daemon=True)
        self._warned = ""
        self.caught_up = Event()
        """Set once all that the topics held at the start has been read."""

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second or so."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _begin(self, reader: TopicReader, partitions: list[tuple[str, int]]) -> Offsets:
        """Where to read each partition from; asked again whenever partitions are looked for."""
        raise NotImplementedError

    def _take(self, records: list[FollowedRecord], offsets: Offsets) -> None:
        """Records that have come, if any, and where to go on after them."""
        raise NotImplementedError

    def _rest(self) -> None:
        """Whatever else is due, several times a second."""

    def _without(self) -> None:
        """A topic does not exist, or may not be described."""
        raise NotImplementedError

    def _warn(self, text: str, *values: object) -> None:
        """Log this, unless it was the last warning and nothing has been read since."""
        if text != self._warned:
            self._warned = text
            _log.warning(text, *values)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
            except self.failures as error:
                self._warn("%s; %s", error, self.then)
                self._stopped.wait(_PAUSE_S)

    def _follow(self) -> None:
        reader = TopicReader(self._kafka, self._purpose, reset="earliest")
        try:
            while not self._stopped.is_set():
                partitions = [
                    (topic, partition)
                    for topic in self._topics
                    for partition in reader.partitions(topic)
                ]
                has_all = {topic for topic, _ in partitions} == set(self._topics)
                if has_all or reader.embedded:
                    # An embedded broker makes a topic when it is first written to.
                    again_s = self._kafka.metadata_refresh_s if has_all else _PAUSE_S
                    self._read(reader, self._begin(reader, partitions), again_s)
                else:
                    self._without()
                    self._stopped.wait(_PAUSE_S)
        finally:
            reader.close()

    def _read(self, reader: TopicReader, offsets: Offsets, again_s: float) -> None:
        """Read until it is time to look for new partitions."""
        reader.ended.clear()
        reader.assign((*place, offset) for place, offset in offsets.items())
        until = monotonic() + again_s
        while monotonic() < until and not self._stopped.is_set():
            records = []
            for message in reader.read(_FOLLOWED_BATCH, _FOLLOWED_WAIT_S):
                topic, (_, time_ms) = message.topic() or "", message.timestamp()
                offsets[topic, message.partition() or 0] = (message.offset() or 0) + 1
                records.append(FollowedRecord(topic, message.value(), time_ms / 1000))
            self._take(records, offsets)
            if records or reader.ended:
                self._warned = ""
            if len(reader.ended) == len(offsets):
                self.caught_up.set()
            self._rest()


def read_whole(kafka: Kafka, topic: str) -> Iterator[Message]:
    """All records of a topic, up to its ends as they were at the start. Raises BrokerError."""
    reader = TopicReader(kafka, "whole", reset="earliest")
    try:
        partitions = reader.partitions(topic)
        if not partitions:
            raise BrokerError(f"there is no topic {topic}: `moderator topics create` creates it")
        reader.assign((topic, number, 0) for number in partitions)
        while len(reader.ended) < len(partitions):
            yield from reader.read(_WHOLE_BATCH, _WHOLE_WAIT_S)
    finally:
        reader.close()


def _unreadable(topic: str | None, error: KafkaError) -> str:
    return f"{topic or 'a topic'} cannot be read: {error.name()}: {error.str()}"
