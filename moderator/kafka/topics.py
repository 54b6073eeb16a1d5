"""The three topics as the settings want them: created if missing, compared if not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.cimpl import NewTopic

from moderator.errors import BrokerError
from moderator.kafka.admin import ANSWER_S, Administration, committed, error_of, refusal
from moderator.settings import Settings, Topics

_HOUR_MS = 3_600_000
_RECORD_BYTES = 1_048_588
"""The brokers' default limit of a record batch."""
_DEAD_LETTER_BYTES = _RECORD_BYTES + 128 * 1024
"""So that a dead letter has room for the largest comment and its own headers."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a topic should be. `replication` None leaves it to the broker."""

    role: str
    name: str
    partitions: int
    replication: int | None
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `create` did; `state` is created, missing (dry run), exists or differs."""

    role: str
    topic: str
    state: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is. `records` counts what is kept, `waiting` what the group has not judged."""

    role: str
    topic: str
    partitions: int
    replication: int
    records: int
    waiting: int | None
    cleanup: str | None
    retention_hours: float | None


def plans(topics: Topics) -> list[Plan]:
    """What the settings want of each topic."""

    def plan(role: str, name: str, config: Mapping[str, str]) -> Plan:
        return Plan(role, name, topics.partitions, topics.replication, config)

    kept = {"retention.ms": _ms(topics.retention_hours), "cleanup.policy": "delete"}
    verdicts = {**kept, "cleanup.policy": "compact,delete"} if topics.compact_verdicts else kept
    dead_letters = {
        "retention.ms": _ms(topics.dead_letter_retention_hours),
        "cleanup.policy": "delete",
        "max.message.bytes": str(_DEAD_LETTER_BYTES),
    }
    return [
        plan("comments", topics.comments, kept),
        plan("verdicts", topics.verdicts, verdicts),
        plan("dead_letters", topics.dead_letters, dead_letters),
    ]


def create(settings: Settings, *, dry_run: bool = False) -> list[Outcome]:
    """Create what is missing; report how existing topics differ. Raises BrokerError."""
    broker = Administration(settings.kafka)
    if broker.embedded:
        raise BrokerError("an embedded broker creates topics itself, when they are first used")
    wanted = plans(settings.topics)
    missing = [plan for plan in wanted if plan.name not in broker.partitions]
    created = set() if dry_run else _create(broker, missing)
    configs = broker.configs(plan.name for plan in wanted)
    outcomes = []
    for plan in wanted:
        if plan in missing:
            state = "created" if plan.name in created else "missing" if dry_run else "exists"
            outcomes.append(Outcome(plan.role, plan.name, state))
        else:
            differences = tuple(_differences(plan, broker, configs[plan.name]))
            state = "differs" if differences else "exists"
            outcomes.append(Outcome(plan.role, plan.name, state, differences))
    return outcomes


def ls(settings: Settings) -> list[TopicState]:
    """The topics as they are; one that is missing has no partitions. Raises BrokerError."""
    broker = Administration(settings.kafka)
    topics = settings.topics
    roles = {
        topics.comments: "comments",
        topics.verdicts: "verdicts",
        topics.dead_letters: "dead_letters",
    }
    configs = broker.configs(roles)
    return [_state(broker, role, name, configs, settings) for name, role in roles.items()]


def waiting(settings: Settings, watermarks: Mapping[int, tuple[int, int]]) -> int:
    """Comments that the worker's group has not committed. Raises BrokerError."""
    commits = committed(settings.kafka, settings.stream.group, settings.topics.comments, watermarks)
    return sum(
        max(0, end - max(first, commits[number].offset))
        for number, (first, end) in watermarks.items()
    )


def _create(broker: Administration, missing: Sequence[Plan]) -> set[str]:
    if not missing:
        return set()
    futures = broker.client.create_topics(
        [
            NewTopic(p.name, p.partitions, p.replication or -1, config=dict(p.config))
            for p in missing
        ],
        request_timeout=ANSWER_S,
        operation_timeout=ANSWER_S,
    )
    created = set()
    for name, future in futures.items():
        try:
            future.result(2 * ANSWER_S)
        except KafkaException as error:
            if error_of(error).code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise refusal(error, f"create {name!r}") from None
        else:
            created.add(name)
    return created


def _differences(plan: Plan, broker: Administration, config: Mapping[str, str]) -> list[str]:
    partitions, replication = len(broker.partitions[plan.name]), broker.replication[plan.name]
    differences = []
    if partitions != plan.partitions:
        differences.append(f"partitions {partitions}, wanted {plan.partitions}")
    if plan.replication is not None and replication != plan.replication:
        differences.append(f"replication {replication}, wanted {plan.replication}")
    for key, value in plan.config.items():
        if _parts(config.get(key, "")) != _parts(value):
            differences.append(f"{key} {config.get(key)}, wanted {value}")
    return differences


def _state(
    broker: Administration,
    role: str,
    name: str,
    configs: Mapping[str, Mapping[str, str]],
    settings: Settings,
) -> TopicState:
    watermarks = broker.watermarks(name)
    config = configs.get(name, {})
    retention_ms = int(config.get("retention.ms", "-1"))
    return TopicState(
        role,
        name,
        len(watermarks),
        broker.replication.get(name, 0),
        sum(end - first for first, end in watermarks.values()),
        waiting(settings, watermarks) if role == "comments" else None,
        config.get("cleanup.policy"),
        retention_ms / _HOUR_MS if retention_ms >= 0 else None,
    )


def _ms(hours: float) -> str:
    return str(round(hours * _HOUR_MS))


def _parts(value: str) -> set[str]:
    return set(value.split(","))
