"""The broker's administration: topics, offsets and configuration, with bounded waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from time import monotonic, sleep
from typing import Any, TypeVar

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    OffsetSpec,
)

from moderator.errors import BrokerError
from moderator.kafka.client_config import librdkafka_options, wait_for_broker
from moderator.kafka.mock_broker import EMBEDDED_CLUSTER
from moderator.settings import Kafka

ANSWER_S = 15.0
"""How long one answer may take."""

_RETRY_S = 0.2
_LEADERLESS = {
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
}

K = TypeVar("K")
V = TypeVar("V")


class Administration:
    """A broker's administration, for commands. Every method raises BrokerError."""

    def __init__(self, kafka: Kafka, *, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        errors: list[KafkaError] = []
        options: dict[str, Any] = {**librdkafka_options(kafka), "error_cb": errors.append}
        self.client = AdminClient(options)
        metadata = wait_for_broker(self.client, kafka, errors, answer_s)
        self.partitions: Mapping[str, list[int]] = {
            name: sorted(topic.partitions)
            for name, topic in metadata.topics.items()
            if topic.error is None
        }
        """Topic → its partitions, without topics that this user may not describe."""
        self.replication: Mapping[str, int] = {
            name: min((len(part.replicas) for part in topic.partitions.values()), default=0)
            for name, topic in metadata.topics.items()
        }
        self.brokers = len(metadata.brokers)
        self.embedded = (metadata.cluster_id or "").startswith(EMBEDDED_CLUSTER)
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
        requests = {TopicPartition(topic, n): spec for n in self.partitions.get(topic, ())}
        if not requests:
            return {}

        def ask() -> dict[int, tuple[int, int]]:
            futures = self.client.list_offsets(requests, request_timeout=self._answer_s)
            answers = {place: future.result(self._answer_s) for place, future in futures.items()}
            return {place.partition: (a.offset, a.timestamp) for place, a in answers.items()}

        return retry_transient(ask, f"list the offsets of {topic!r}")

    def watermarks(self, topic: str) -> dict[int, tuple[int, int]]:
        """Partition → (first offset kept, end)."""
        first = self.offsets(topic, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        end = self.offsets(topic, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return {number: (first[number][0], end[number][0]) for number in end}

    def end_epochs(self, topic: str) -> dict[int, int]:
        """Partition → the leader epoch of its last record; -1 if the broker does not say."""
        partitions = self.partitions.get(topic, ())
        requests = {TopicPartition(topic, number): OffsetSpec.latest() for number in partitions}  # type: ignore[no-untyped-call]
        if not requests:
            return {}
        futures = self.client.list_offsets(requests, request_timeout=self._answer_s)
        answers = self.answers(futures, f"list the offsets of {topic!r}")
        return {place.partition: int(answer.leader_epoch) for place, answer in answers.items()}

    def topic_ids(self, topics: Iterable[str]) -> dict[str, str]:
        """Topic → its id, which another topic of the same name does not have.

        Empty on an embedded broker, which has none.
        """
        names = [name for name in topics if name in self.partitions]
        if self.embedded or not names:
            return {}
        futures = self.client.describe_topics(
            TopicCollection(names), request_timeout=self._answer_s
        )
        answers = self.answers(futures, "describe the topics")
        return {name: str(answer.topic_id) for name, answer in answers.items()}

    def configs(self, topics: Iterable[str]) -> dict[str, dict[str, str]]:
        """Topic → its configuration; empty on an embedded broker, which has none."""
        names = [name for name in topics if name in self.partitions]
        if self.embedded or not names:
            return {name: {} for name in names}
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
        futures = self.client.describe_configs(resources, request_timeout=self._answer_s)
        configs: dict[Any, Any] = self.answers(futures, "describe the topics' configuration")
        return {
            resource.name: {key: entry.value for key, entry in entries.items()}
            for resource, entries in configs.items()
        }


def committed(
    kafka: Kafka, group: str, topic: str, partitions: Iterable[int]
) -> dict[int, TopicPartition]:
    """Partition → what `group` committed: `offset` (negative: nothing) and `metadata`.

    A consumer asks: librdkafka's AdminClient.list_consumer_group_offsets crashes the process
    while the group's coordinator is still loading (seen with 2.16).
    """
    places = [TopicPartition(topic, number) for number in partitions]
    if not places:
        return {}
    consumer = Consumer({**librdkafka_options(kafka), "group.id": group})

    def ask() -> dict[int, TopicPartition]:
        commits = consumer.committed(places, timeout=ANSWER_S)
        for commit in commits:
            if commit.error is not None:
                raise KafkaException(commit.error)
        return {commit.partition: commit for commit in commits}

    try:
        return retry_transient(ask, f"fetch the offsets of group {group!r}")
    finally:
        consumer.close()


def metadata_of(commit: TopicPartition) -> str | None:
    """What a commit stores with its offset; None if it cannot be read.

    librdkafka forgets its length: unless it holds its own end, whatever follows it in memory is
    read too, which need not be text.
    """
    try:
        return commit.metadata
    except UnicodeDecodeError:
        return None


def retry_transient(ask: Callable[[], V], doing: str) -> V:
    """The answer; retried while the broker is not ready for a topic or group made just now.

    Raises BrokerError.
    """
    deadline = monotonic() + ANSWER_S
    while True:
        try:
            return ask()
        except KafkaException as error:
            why = error_of(error)
            passes = why.retriable() or why.code() in _LEADERLESS
            if not passes or monotonic() > deadline:
                raise refusal(error, doing) from None
            sleep(_RETRY_S)
        except TimeoutError:
            raise silence(doing) from None


def error_of(error: KafkaException) -> KafkaError:
    """The client's error that the exception carries."""
    carried: KafkaError = error.args[0]
    return carried


def refusal(error: KafkaException, doing: str) -> BrokerError:
    """A BrokerError in the broker's own words."""
    why = error_of(error)
    return BrokerError(f"the broker refuses to {doing}: {why.name()}: {why.str()}")


def silence(doing: str) -> BrokerError:
    """A BrokerError for an answer that did not come."""
    return BrokerError(f"the broker did not answer in time: could not {doing}")


def missing_topics(names: Iterable[str]) -> BrokerError:
    """A BrokerError for topics that the broker does not have."""
    return BrokerError(
        f"missing on the broker, or this user may not DESCRIBE: {', '.join(names)}; "
        "`moderator topics create` creates topics, `moderator doctor` looks further"
    )
