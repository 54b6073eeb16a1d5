"""What the settings want of each topic, and how a topic on the broker differs from that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from moderator.settings import Kafka, Settings

HOUR_MS = 3_600_000
MAX_RECORD_BYTES = 1_048_588
"""The brokers' default limit of a record batch."""
DEAD_LETTER_EXTRA_BYTES = 128 * 1024
"""So that a dead letter has room for the largest comment and its own headers."""

_MAX_BYTES = "max.message.bytes"


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """What a topic should be. `replication` None leaves it to the broker."""

    role: str
    name: str
    partitions: int
    replication: int | None
    config: Mapping[str, str]
    at_least: Mapping[str, int] = field(default_factory=dict)
    """Configuration that may also be larger."""

    @property
    def creation_config(self) -> dict[str, str]:
        """The configuration to create it with."""
        return {**self.config, **{key: str(value) for key, value in self.at_least.items()}}


@dataclass(frozen=True, slots=True)
class Difference:
    """How a topic differs from its plan, and the command that fixes it."""

    text: str
    fix: str


def roles(settings: Settings) -> dict[str, str]:
    """Topic → what it is for; those of feedback and webhooks only if the settings use them."""
    topics = settings.topics
    existing = {
        topics.comments: "comments",
        topics.verdicts: "verdicts",
        topics.dead_letters: "dead_letters",
    }
    if settings.feedback.to == "topic":
        existing[settings.feedback.topic] = "feedback"
    if settings.webhooks.endpoints:
        existing[settings.webhooks.dead_letters] = "webhook_dead_letters"
    return existing


def plans(settings: Settings, comments_config: Mapping[str, str] | None = None) -> list[TopicPlan]:
    """What the settings want of each topic, in the order of `roles`.

    `comments_config` is the configuration of the comments' topic, if there is one: a dead letter
    must have room for the largest comment that it lets in.
    """
    topics = settings.topics
    hours = {
        "comments": topics.retention_hours,
        "verdicts": topics.retention_hours,
        "dead_letters": topics.dead_letter_retention_hours,
        "feedback": settings.feedback.retention_hours,
        "webhook_dead_letters": topics.dead_letter_retention_hours,
    }
    largest = int((comments_config or {}).get(_MAX_BYTES, MAX_RECORD_BYTES))
    room = {_MAX_BYTES: largest + DEAD_LETTER_EXTRA_BYTES}

    def plan(name: str, role: str) -> TopicPlan:
        compacted = role == "verdicts" and topics.compact_verdicts
        config = {
            "retention.ms": str(round(hours[role] * HOUR_MS)),
            "cleanup.policy": "compact,delete" if compacted else "delete",
        }
        at_least = room if role.endswith("dead_letters") else {}
        return TopicPlan(role, name, topics.partitions, topics.replication, config, at_least)

    return [plan(name, role) for name, role in roles(settings).items()]


def differences(
    plan: TopicPlan, partitions: int, replication: int, config: Mapping[str, str], kafka: Kafka
) -> Iterator[Difference]:
    """How a topic on the broker falls short of its plan; more partitions than planned are fine.

    `config` is empty if the broker does not report it.
    """
    broker = f"--bootstrap-server {kafka.bootstrap_servers}"
    if kafka.security_protocol != "PLAINTEXT":
        broker += " --command-config client.properties"
    if partitions < plan.partitions:
        yield Difference(
            f"partitions {partitions}, wanted {plan.partitions}",
            f"kafka-topics.sh {broker} --alter --topic {plan.name} --partitions {plan.partitions}",
        )
    if plan.replication is not None and replication != plan.replication:
        yield Difference(
            f"replication {replication}, wanted {plan.replication}",
            f"kafka-reassign-partitions.sh {broker} --execute --reassignment-json-file …",
        )
    if not config:
        return
    wrong = {
        key: value for key, value in plan.config.items() if _parts(config.get(key)) != _parts(value)
    }
    small = {
        key: str(value) for key, value in plan.at_least.items() if int(config.get(key, 0)) < value
    }
    for key, value in (*wrong.items(), *small.items()):
        wanted = f"at least {value}" if key in small else value
        yield Difference(
            f"{key} {config.get(key)}, wanted {wanted}",
            f"kafka-configs.sh {broker} --alter --entity-type topics --entity-name {plan.name} "
            f"--add-config {key}={f'[{value}]' if ',' in value else value}",
        )


def _parts(value: str | None) -> set[str]:
    return set((value or "").split(","))
