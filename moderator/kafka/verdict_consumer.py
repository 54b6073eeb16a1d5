"""Reads verdicts and dead letters as they come, and notices when the broker forgot some."""

from __future__ import annotations

from time import monotonic, sleep
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from moderator.errors import BrokerError
from moderator.kafka.client_config import is_transient, librdkafka_options
from moderator.records import Verdict, verdict_from_json
from moderator.settings import Settings

_BATCH = 1_000
_QUERY_S = 10.0


class VerdictConsumer:
    """Reads both topics from where they end now, without a consumer group."""

    def __init__(self, settings: Settings) -> None:
        self._topics = settings.topics
        self._consumer = Consumer(
            {
                **librdkafka_options(settings.kafka),
                "group.id": f"moderator-readback-{uuid4().hex}",
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "fetch.wait.max.ms": 50,
            }
        )
        self._next: dict[tuple[str, int], int] = {}
        assigned = []
        try:
            for topic in (self._topics.verdicts, self._topics.dead_letters):
                found = self._consumer.list_topics(topic, timeout=_QUERY_S).topics[topic]
                for partition in found.partitions:
                    _, end = self._watermarks(topic, partition)
                    self._next[topic, partition] = end
                    assigned.append(TopicPartition(topic, partition, end))
        except KafkaException as error:
            raise BrokerError(f"verdicts cannot be read: {error.args[0].name()}") from None
        self._consumer.assign(assigned)

    def read(self) -> tuple[list[Verdict], list[str]]:
        """What has come since the last call: verdicts, and the keys of dead letters.

        Raises BrokerError where the broker has dropped records before they were read.
        """
        verdicts: list[Verdict] = []
        dead: list[str] = []
        for message in self._consumer.consume(_BATCH, timeout=0):
            error = message.error()
            if error is not None:
                self._check(error)
                continue
            topic, partition, offset, value = _parts(message)
            if offset > self._next[topic, partition]:
                self._lost(topic, partition, offset)
            self._next[topic, partition] = offset + 1
            if topic == self._topics.verdicts:
                verdicts.append(verdict_from_json(value))
            else:
                dead.append((message.key() or b"").decode("utf-8", "replace"))
        return verdicts, dead

    def close(self) -> None:
        """Close the connection."""
        self._consumer.close()

    def _check(self, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            for (topic, partition), wanted in self._next.items():
                low, _ = self._watermarks(topic, partition)
                if low > wanted:
                    self._lost(topic, partition, low)
        if not is_transient(error):
            raise BrokerError(f"verdicts cannot be read: {error.name()}")

    def _lost(self, topic: str, partition: int, offset: int) -> None:
        low, _ = self._watermarks(topic, partition)
        lost = min(low, offset) - self._next[topic, partition]
        if lost > 0:
            raise BrokerError(
                f"the broker dropped {lost} records of {topic}/{partition} before they were read: "
                "an embedded broker keeps only the last 5 MiB of a partition"
            )

    def _watermarks(self, topic: str, partition: int) -> tuple[int, int]:
        deadline = monotonic() + _QUERY_S
        while True:
            try:
                found: tuple[int, int] = self._consumer.get_watermark_offsets(
                    TopicPartition(topic, partition), timeout=_QUERY_S
                )
                break
            except KafkaException as error:
                # A broker that has just made the topic has no leader for it yet.
                unsettled = error.args[0].code() == KafkaError.NOT_LEADER_FOR_PARTITION
                if not unsettled or monotonic() > deadline:
                    raise
                sleep(0.1)
        return found


def _parts(message: Message) -> tuple[str, int, int, bytes]:
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    value = message.value()
    if topic is None or partition is None or offset is None:
        raise BrokerError("a record came without its place in the topic")
    return topic, partition, offset, value or b""
