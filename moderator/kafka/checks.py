"""Checks that the broker has what the worker needs, and that the worker may use it."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter, time

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import OffsetSpec  # type: ignore[attr-defined]

from moderator.checks import Check, fail, ok, warn
from moderator.errors import BrokerError, SettingsError
from moderator.kafka.admin import (
    ANSWER_S,
    Administration,
    committed,
    error_of,
    metadata_of,
    retry_transient,
)
from moderator.kafka.lost_offsets import Bookmark, LogState, Loss, explain, loss
from moderator.kafka.topic_plans import Difference, roles
from moderator.kafka.topics import compare
from moderator.messages.words import counted
from moderator.settings import Settings

_CLOCK_TOLERANCE_S = 1.0
"""How far ahead of this machine's clock a record may be."""


def check_kafka(settings: Settings) -> Iterator[Check]:
    """Every check of the broker and its topics."""
    start = perf_counter()
    try:
        broker = Administration(settings.kafka)
    except SettingsError as error:
        yield fail("broker", str(error), "correct kafka.bootstrap_servers")
        return
    except BrokerError as error:
        problem, _, remedy = str(error).partition(": ")
        yield fail("broker", problem, remedy)
        return
    took_ms = (perf_counter() - start) * 1000
    kind = " (embedded)" if broker.embedded else ""
    yield ok(
        "broker",
        f"{counted(broker.brokers, 'broker')} at {settings.kafka.bootstrap_servers}{kind}, "
        f"{took_ms:.0f} ms",
    )
    if settings.kafka.security_protocol == "SASL_PLAINTEXT":
        yield warn("tls", "the password travels in the clear", "kafka.security_protocol SASL_SSL")
    topics = settings.topics
    needs = needed_rights(settings)
    faults = _differences(broker, settings)
    yield from (_topic(broker, name, (faults or {}).get(name, [])) for name in needs)
    if broker.embedded:
        return
    if faults is None:
        yield ok("topic settings", "unknown: this user may not DESCRIBE_CONFIGS")
    existing = [(name, need) for name, need in needs.items() if name in broker.partitions]
    yield from _topic_acls(broker, existing)
    yield _group_acl(broker, settings.stream.group)
    if topics.comments in broker.partitions:
        yield _offsets(broker, settings)
    yield _clock(broker, [name for name, _ in existing])


def needed_rights(settings: Settings) -> dict[str, str]:
    """Topic → what a worker must be allowed: who may write feedback decides about comments."""
    read = ("comments", "feedback")
    return {name: "READ" if role in read else "WRITE" for name, role in roles(settings).items()}


def _differences(broker: Administration, settings: Settings) -> dict[str, list[Difference]] | None:
    try:
        return compare(broker, settings)
    except BrokerError:
        return None


def _topic(broker: Administration, name: str, differences: list[Difference]) -> Check:
    check = f"topic {name}"
    partitions = len(broker.partitions.get(name, ()))
    if not partitions:
        if broker.embedded:
            return ok(check, "will be created when it is first used")
        remedy = "`moderator topics create`; or allow this user to DESCRIBE it"
        return fail(check, "is missing, or may not be described", remedy)
    replicas = broker.replication[name]
    detail = f"{counted(partitions, 'partition')}, {counted(replicas, 'replica')}"
    if differences and not broker.embedded:
        detail = "; ".join([detail, *(difference.text for difference in differences)])
        return warn(check, detail, "; ".join(difference.fix for difference in differences))
    if replicas < 2 <= broker.brokers:
        return warn(check, detail, "at least two replicas, or a lost disk loses comments")
    return ok(check, detail)


def _offsets(broker: Administration, settings: Settings) -> Check:
    """Whether the logs hold what the group committed."""
    topic, group = settings.topics.comments, settings.stream.group
    check = f"offsets of {group}"
    try:
        watermarks = broker.watermarks(topic)
        commits = committed(settings.kafka, group, topic, watermarks)
        epochs, topic_id = broker.end_epochs(topic), broker.topic_ids([topic]).get(topic, "")
    except BrokerError as error:
        return warn(check, str(error), "allow READ on the topic and on the group")
    known = {number: commit for number, commit in commits.items() if commit.offset >= 0}
    for number, commit in sorted(known.items()):
        bookmark = Bookmark.decode(metadata_of(commit))
        # A log whose last record is of an older epoch has lost all of the bookmark's.
        lost_epoch = 0 <= epochs.get(number, -1) < bookmark.epoch
        log = LogState(*watermarks[number], topic_id, -1 if lost_epoch else None)
        why = loss(commit.offset, bookmark, log)
        if why is not None:
            remedy = _reset(settings)
            if why is Loss.BEFORE_START:
                remedy = f"raise the topic's retention; {remedy}"
            return fail(check, explain(topic, number, commit.offset, log, why), remedy)
    return ok(check, "all in the logs" if known else "none yet")


def _reset(settings: Settings) -> str:
    return (
        "choose stream.on_lost_offsets, or stop the workers and run kafka-consumer-groups.sh "
        f"--bootstrap-server {settings.kafka.bootstrap_servers} --group {settings.stream.group} "
        f"--topic {settings.topics.comments} --reset-offsets --to-earliest --execute"
    )


def _topic_acls(broker: Administration, needs: list[tuple[str, str]]) -> Iterator[Check]:
    if not needs:
        return
    futures = broker.client.describe_topics(
        TopicCollection([name for name, _ in needs]),
        include_authorized_operations=True,
        request_timeout=ANSWER_S,
    )
    for name, need in needs:
        check = f"acl {name}"
        try:
            allowed = futures[name].result(2 * ANSWER_S).authorized_operations
        except KafkaException as error:
            yield fail(check, f"unknown ({error_of(error).name()})", f"allow {need}, DESCRIBE")
            continue
        yield _acl(
            check, need, None if allowed is None else {operation.name for operation in allowed}
        )


def _group_acl(broker: Administration, group: str) -> Check:
    check = f"acl group {group}"

    def ask() -> set[str] | None:
        futures = broker.client.describe_consumer_groups(
            [group], include_authorized_operations=True, request_timeout=ANSWER_S
        )
        allowed = futures[group].result(2 * ANSWER_S).authorized_operations
        return None if allowed is None else {operation.name for operation in allowed}

    try:
        # The first question about a group on a new broker lets it load its coordinator.
        return _acl(check, "READ", retry_transient(ask, f"describe the group {group!r}"))
    except BrokerError as error:
        return fail(check, str(error), "allow READ on the group")


def _acl(check: str, need: str, allowed: set[str] | None) -> Check:
    if allowed is None:
        return ok(check, "this broker does not report it")
    if not allowed & {need, "ALL"}:
        return fail(check, f"{need} is not allowed", f"kafka-acls.sh --add --operation {need} …")
    return ok(check, f"{need} is allowed")


def _clock(broker: Administration, topics: list[str]) -> Check:
    """Compares with the newest timestamps: a broker gives its time in no other way."""
    spec = OffsetSpec.max_timestamp()  # type: ignore[no-untyped-call]
    newest_ms, now_s = -1, time()
    for name in topics:
        try:
            newest = broker.offsets(name, spec)
        except BrokerError:
            continue
        newest_ms = max(newest_ms, *(time_ms for _, time_ms in newest.values()))
    if newest_ms < 0:
        return ok("clock", "no record to compare with")
    ahead_s = newest_ms / 1000 - now_s
    if ahead_s > _CLOCK_TOLERANCE_S:
        remedy = "run chrony or ntpd here, on the brokers and on the producers"
        return warn("clock", f"the newest record is {ahead_s:,.1f} s in the future", remedy)
    return ok("clock", f"no record is from the future; the newest is {max(0, -ahead_s):,.0f} s old")
