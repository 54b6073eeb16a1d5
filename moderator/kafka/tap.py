"""Follows the verdicts topic without a consumer group, so that it takes nothing from anybody."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from uuid import uuid4

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import ClusterMetadata  # type: ignore[attr-defined]

from moderator.errors import BrokerError
from moderator.kafka.client_config import (
    MOST_TOLD,
    is_transient,
    librdkafka_options,
    wait_for_broker,
)
from moderator.records import Verdict, verdict_from_json
from moderator.settings import Settings

_QUERY_S = 10.0
_BATCH = 500


def follow(settings: Settings, last: int, wait_s: float = 0.5) -> Iterator[list[Verdict | None]]:
    """Verdicts as they come, a list at least every `wait_s` seconds; None is no verdict at all.

    Begins `last` records before the end of each partition. Raises BrokerError.
    """
    topic = settings.topics.verdicts
    told: deque[KafkaError] = deque(maxlen=MOST_TOLD)
    consumer = Consumer(
        {
            "error_cb": told.append,
            **librdkafka_options(settings.kafka),
            "group.id": f"moderator-tap-{uuid4().hex}",
            "enable.auto.commit": False,
            "auto.offset.reset": "latest",
            "fetch.wait.max.ms": 100,
        }
    )
    try:
        found = wait_for_broker(consumer, settings.kafka, told, _QUERY_S, topic)
        consumer.assign(_ends(consumer, found, topic, last))
        while True:
            yield [
                _verdict(message.value())
                for message in consumer.consume(_BATCH, timeout=wait_s)
                if _sound(message.error())
            ]
    except KafkaException as error:
        raise BrokerError(f"{topic} cannot be read: {error.args[0].name()}") from None
    finally:
        consumer.close()


def _ends(
    consumer: Consumer, found: ClusterMetadata, topic: str, last: int
) -> list[TopicPartition]:
    partitions = found.topics[topic].partitions
    if not partitions:
        raise BrokerError(f"there is no topic {topic} (topics.verdicts)")
    ends = []
    for partition in partitions:
        low, high = consumer.get_watermark_offsets(
            TopicPartition(topic, partition), timeout=_QUERY_S
        )
        ends.append(TopicPartition(topic, partition, max(low, high - last)))
    return ends


def _sound(error: KafkaError | None) -> bool:
    """Whether a message is one. Raises KafkaException for what will not mend itself."""
    if error is None:
        return True
    if not is_transient(error):
        raise KafkaException(error)
    return False


def _verdict(value: bytes | None) -> Verdict | None:
    try:
        return verdict_from_json(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
