"""The compacted topic of policies: every one that was pushed, in order; the last is in force.

It has one partition, so that all workers see one order, and each record a key of its own, so that
compaction keeps them all.
"""

from __future__ import annotations

from uuid import uuid4

import msgspec
from confluent_kafka import KafkaError, Message, Producer

from moderator.errors import BrokerError, SettingsError
from moderator.kafka.admin import Administration
from moderator.kafka.client_config import librdkafka_options
from moderator.kafka.topic_plans import MAX_RECORD_BYTES, Difference, TopicPlan, differences
from moderator.kafka.topic_reader import TopicReader
from moderator.kafka.topics import create_missing
from moderator.records import decoded_or_none
from moderator.settings import Settings

MAX_BYTES = MAX_RECORD_BYTES - 4_096
"""Largest policy with its lists, so that it fits into a record."""

_SEND_S = 30.0
_BATCH = 100


class Pushed(msgspec.Struct, frozen=True):
    """A policy file that was pushed, with the files of its lists; `pushed_at` is RFC 3339."""

    version: str
    pushed_at: str
    by: str
    note: str
    text: str
    files: dict[str, str] = {}


_pushed = msgspec.json.Decoder(Pushed)


class PolicyFollower:
    """Reads what was pushed from the beginning, then what is pushed. Raises BrokerError, here and
    in every method."""

    def __init__(self, settings: Settings) -> None:
        topic = settings.policies.topic
        self._topic = topic
        self._reader = TopicReader(settings.kafka, "policies", reset="earliest", fetch_wait_ms=500)
        if not self._reader.partitions(topic):
            self._reader.close()
            raise BrokerError(
                f"there is no topic {topic} (policies.topic): `moderator policy push` creates it"
            )
        self._reader.assign([(topic, 0, 0)])

    def read(self, wait_s: float) -> list[Pushed | None]:
        """What came within `wait_s` seconds; None for a record that holds no policy."""
        messages = self._reader.read(_BATCH, wait_s)
        return [decoded_or_none(_pushed.decode, message.value()) for message in messages]

    def read_all(self) -> list[Pushed | None]:
        """Everything up to the present end."""
        pushed: list[Pushed | None] = []
        while (self._topic, 0) not in self._reader.ended:
            pushed += self.read(1.0)
        return pushed

    def close(self) -> None:
        """Close the connections."""
        self._reader.close()


def history(settings: Settings) -> list[Pushed]:
    """Every policy that was pushed, in order. Raises BrokerError."""
    follower = PolicyFollower(settings)
    try:
        return [pushed for pushed in follower.read_all() if pushed is not None]
    finally:
        follower.close()


def push(settings: Settings, pushed: Pushed) -> None:
    """Put a policy in force for all workers that follow the topic, which is created if missing.

    Raises BrokerError, or SettingsError if the policy is too large.
    """
    value = msgspec.json.encode(pushed)
    if len(value) > MAX_BYTES:
        raise SettingsError(
            f"the policy and its lists are {len(value)} bytes: at most {MAX_BYTES} can be pushed; "
            'keep large lists in files beside the workers (policies.source = "file")'
        )
    topic = settings.policies.topic
    _ensure(settings, topic)
    failed: list[KafkaError] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failed.append(error)

    producer = Producer(
        {
            **librdkafka_options(settings.kafka),
            "acks": "all",
            "enable.idempotence": True,
            "message.timeout.ms": int(_SEND_S * 1000),
        }
    )
    producer.produce(topic, value, uuid4().hex, partition=0, on_delivery=delivered)
    if producer.flush(_SEND_S + 5) or failed:
        reason = failed[0].name() if failed else "no answer"
        raise BrokerError(f"the broker did not take the policy ({reason}): the old one stays")


def shortcomings(settings: Settings) -> list[Difference]:
    """How the topic falls short of one that keeps all that is pushed; nothing if it is missing,
    or if this client may not ask for its configuration.

    From a topic that is not compacted Kafka deletes what is in force after `retention.ms`, and
    workers that start then judge by their file. Raises BrokerError.
    """
    broker = Administration(settings.kafka)
    plan = _plan(settings)
    partitions = broker.partitions.get(plan.name)
    if partitions is None or broker.embedded:
        return []
    try:
        config = broker.configs([plan.name])[plan.name]
    except BrokerError:
        return []
    replication = broker.replication[plan.name]
    return list(differences(plan, len(partitions), replication, config, settings.kafka))


def _plan(settings: Settings) -> TopicPlan:
    compacted = {"cleanup.policy": "compact"}
    return TopicPlan("policies", settings.policies.topic, 1, settings.topics.replication, compacted)


def _ensure(settings: Settings, topic: str) -> None:
    broker = Administration(settings.kafka)
    partitions = broker.partitions.get(topic)
    if broker.embedded:
        return
    if partitions is not None:
        if len(partitions) != 1:
            raise BrokerError(f"{topic} has {len(partitions)} partitions: it must have exactly one")
        return
    create_missing(broker, [_plan(settings)])
