"""The topics on the broker: created if missing, compared with the settings, shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.cimpl import NewTopic

from moderator.errors import BrokerError
from moderator.kafka.admin import (
    ANSWER_S,
    Administration,
    committed,
    error_of,
    missing_topics,
    refusal,
)
from moderator.kafka.topic_plans import (
    HOUR_MS,
    Difference,
    TopicPlan,
    differences,
    plans,
    roles,
)
from moderator.settings import Kafka, Settings


@dataclass(frozen=True, slots=True)
class CreateResult:
    """The result of `create`; `state` is created, missing (dry run), exists or differs.

    `fixes` are the commands that end the differences, in their order.
    """

    role: str
    topic: str
    state: str
    differences: tuple[str, ...] = ()
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicState:
    """The state of a topic: `records` counts those kept, `waiting` those not judged yet."""

    role: str
    topic: str
    partitions: int
    replication: int
    records: int
    waiting: int | None
    cleanup: str | None
    retention_hours: float | None


def require(kafka: Kafka, names: Sequence[str]) -> None:
    """Check that topics exist, without creating them: a broker that is asked for one may do so.
    Raises BrokerError."""
    broker = Administration(kafka)
    missing = [name for name in names if name not in broker.partitions]
    if missing and not broker.embedded:
        raise missing_topics(missing)


def compare(broker: Administration, settings: Settings) -> dict[str, list[Difference]]:
    """Topic → how it differs from the settings, for those that exist. Raises BrokerError."""
    configs = broker.configs(roles(settings))
    return {
        plan.name: list(
            differences(
                plan,
                len(broker.partitions[plan.name]),
                broker.replication[plan.name],
                configs[plan.name],
                settings.kafka,
            )
        )
        for plan in plans(settings, configs.get(settings.topics.comments))
        if plan.name in broker.partitions
    }


def create(settings: Settings, *, dry_run: bool = False) -> list[CreateResult]:
    """Create what is missing; report how existing topics differ. Raises BrokerError."""
    broker = Administration(settings.kafka)
    if broker.embedded:
        raise BrokerError("an embedded broker creates topics itself, when they are first used")
    differences = compare(broker, settings)
    comments = settings.topics.comments
    wanted = plans(settings, broker.configs([comments]).get(comments))
    missing = [plan for plan in wanted if plan.name not in differences]
    created = set() if dry_run else create_missing(broker, missing)
    outcomes = []
    for plan in wanted:
        if plan in missing:
            state = "created" if plan.name in created else "missing" if dry_run else "exists"
        else:
            state = "differs" if differences[plan.name] else "exists"
        faults = differences.get(plan.name, [])
        texts, fixes = tuple(f.text for f in faults), tuple(f.fix for f in faults)
        outcomes.append(CreateResult(plan.role, plan.name, state, texts, fixes))
    return outcomes


def ls(settings: Settings) -> list[TopicState]:
    """The topics as they are; one that is missing has no partitions. Raises BrokerError."""
    broker = Administration(settings.kafka)
    wanted = roles(settings)
    configs = broker.configs(wanted)
    return [_state(broker, role, name, configs, settings) for name, role in wanted.items()]


def waiting(settings: Settings, watermarks: Mapping[int, tuple[int, int]]) -> int:
    """Comments that the worker's group has not committed. Raises BrokerError."""
    commits = committed(settings.kafka, settings.stream.group, settings.topics.comments, watermarks)
    return sum(
        max(0, end - max(first, commits[number].offset))
        for number, (first, end) in watermarks.items()
    )


def create_missing(broker: Administration, missing: Sequence[TopicPlan]) -> set[str]:
    """Create topics; the names of those that nobody else created meanwhile. Raises BrokerError."""
    if not missing:
        return set()
    futures = broker.client.create_topics(
        [
            NewTopic(p.name, p.partitions, p.replication or -1, config=p.creation_config)
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
                raise _with_remedy(error, name) from None
        else:
            created.add(name)
    return created


def _with_remedy(error: KafkaException, name: str) -> BrokerError:
    refused = refusal(error, f"create {name!r}")
    if error_of(error).code() == KafkaError.INVALID_REPLICATION_FACTOR:
        return BrokerError(f"{refused} Set topics.replication, or --replication, to fewer")
    return refused


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
        retention_ms / HOUR_MS if retention_ms >= 0 else None,
    )
