"""The broker's administration: one client, bounded waits, errors of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from time import monotonic, sleep
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    OffsetSpec,
)

from moderator.errors import BrokerError
from moderator.kafka.client_config import librdkafka_options, wait_for_broker
from moderator.kafka.comment_producer import EMBEDDED_CLUSTER
from moderator.settings import Kafka

ANSWER_S = 15.0
"""How long one answer may take."""

_AGAIN_S = 0.2
_MOVING = {
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
}

K = TypeVar("K")
V = TypeVar("V")


class Administration:
    """What the commands ask of a broker. Raises BrokerError, here and in every method."""

    def __init__(self, kafka: Kafka, *, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        told: list[KafkaError] = []
        options: dict[str, Any] = {**librdkafka_options(kafka), "error_cb": told.append}
        self.client = AdminClient(options)
        found = wait_for_broker(self.client, kafka, told, answer_s)
        self.partitions: Mapping[str, list[int]] = {
            name: sorted(topic.partitions)
            for name, topic in found.topics.items()
            if topic.error is None
        }
        """Topic → its partitions; topics that may not be described are left out."""
        self.replication: Mapping[str, int] = {
            name: min((len(one.replicas) for one in topic.partitions.values()), default=0)
            for name, topic in found.topics.items()
        }
        self.brokers = len(found.brokers)
        self.embedded = (found.cluster_id or "").startswith(EMBEDDED_CLUSTER)
        """An embedded broker knows few of the administration's requests."""

    def answers(self, futures: Mapping[K, Future[V]], doing: str) -> dict[K, V]:
        """All results; `doing` completes "the broker refuses to …"."""
        try:
            return {key: future.result(self._answer_s) for key, future in futures.items()}
        except KafkaException as error:
            raise refusal(error, doing) from None
        except TimeoutError:
            raise silence(doing) from None

    def offsets(self, topic: str, spec: OffsetSpec) -> dict[int, tuple[int, int]]:
        """Partition → (offset, timestamp in ms or -1) that `spec` asks for."""
        asked = {TopicPartition(topic, n): spec for n in self.partitions.get(topic, ())}
        if not asked:
            return {}

        def ask() -> dict[int, tuple[int, int]]:
            futures = self.client.list_offsets(asked, request_timeout=self._answer_s)
            found = {place: future.result(self._answer_s) for place, future in futures.items()}
            return {place.partition: (one.offset, one.timestamp) for place, one in found.items()}

        return retry_transient(ask, f"tell the offsets of {topic!r}")

    def watermarks(self, topic: str) -> dict[int, tuple[int, int]]:
        """Partition → (first offset kept, end)."""
        first = self.offsets(topic, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        end = self.offsets(topic, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return {number: (first[number][0], end[number][0]) for number in end}

    def configs(self, topics: Iterable[str]) -> dict[str, dict[str, str]]:
        """Topic → its configuration; empty on an embedded broker, which has none."""
        names = [name for name in topics if name in self.partitions]
        if self.embedded or not names:
            return {name: {} for name in names}
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
        futures = self.client.describe_configs(resources, request_timeout=self._answer_s)
        found: dict[Any, Any] = self.answers(futures, "tell the topics' configuration")
        return {
            resource.name: {key: entry.value for key, entry in entries.items()}
            for resource, entries in found.items()
        }


def committed(
    kafka: Kafka, group: str, topic: str, partitions: Iterable[int]
) -> dict[int, TopicPartition]:
    """Partition → what `group` committed: `offset` (negative: nothing) and `metadata`.

    Asked by a consumer: librdkafka's AdminClient.list_consumer_group_offsets crashes the process
    while the group's coordinator is still loading (seen with 2.16).
    """
    asked = [TopicPartition(topic, number) for number in partitions]
    if not asked:
        return {}
    consumer = Consumer({**librdkafka_options(kafka), "group.id": group})

    def ask() -> dict[int, TopicPartition]:
        found = consumer.committed(asked, timeout=ANSWER_S)
        for place in found:
            if place.error is not None:
                raise KafkaException(place.error)
        return {place.partition: place for place in found}

    try:
        return retry_transient(ask, f"tell the offsets of group {group!r}")
    finally:
        consumer.close()


def retry_transient(ask: Callable[[], V], doing: str) -> V:
    """The answer, asked for again while the broker says that it will have one in a moment.

    So it is with a topic or a group that was made just now. Raises BrokerError.
    """
    deadline = monotonic() + ANSWER_S
    while True:
        try:
            return ask()
        except KafkaException as error:
            if not error_of(error).retriable() and error_of(error).code() not in _MOVING:
                raise refusal(error, doing) from None
            if monotonic() > deadline:
                raise refusal(error, doing) from None
            sleep(_AGAIN_S)
        except TimeoutError:
            raise silence(doing) from None


def error_of(error: KafkaException) -> KafkaError:
    """The client's error that the exception carries."""
    found: KafkaError = error.args[0]
    return found


def refusal(error: KafkaException, doing: str) -> BrokerError:
    """A BrokerError in the broker's own words."""
    found = error_of(error)
    return BrokerError(f"the broker refuses to {doing}: {found.name()}: {found.str()}")


def silence(doing: str) -> BrokerError:
    """A BrokerError for an answer that did not come."""
    return BrokerError(f"the broker did not answer in time: could not {doing}")
