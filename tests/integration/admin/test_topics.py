"""`moderator topics` against real brokers."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)

from moderator.http.ports import free_port
from moderator.settings import Settings
from tests import strange_records
from tests.integration.admin.conftest import Run, lines, records_of
from tests.integration.workers import ROOT
from tests.secured import Secured
from tests.waiting import eventually

Use = Callable[..., Settings]

pytestmark = pytest.mark.timeout(240)  # the first one waits for the broker to start


def test_what_is_missing_is_made_once(kafka: str, using: Use, run: Run) -> None:
    topics = using(kafka).topics
    before = lines(run("topics", "create", "--dry-run"))
    assert [one["state"] for one in before] == ["missing"] * 3
    assert [one["partitions"] for one in lines(run("topics", "ls"))] == [0, 0, 0]
    options = ("--compact-verdicts", "--retention-hours", "48")
    made = lines(run("topics", "create", *options))
    assert [one["state"] for one in made] == ["created"] * 3
    again = lines(run("topics", "create", *options))
    assert [(one["state"], one["differences"]) for one in again] == [("exists", [])] * 3
    found = {one["topic"]: one for one in lines(run("topics", "ls"))}
    assert found[topics.comments]["partitions"] == 3
    assert found[topics.comments]["retention_hours"] == 48
    assert set(found[topics.verdicts]["cleanup"].split(",")) == {"compact", "delete"}
    assert found[topics.dead_letters]["retention_hours"] == 720


def test_what_exists_is_compared_and_left(kafka: str, using: Use, run: Run) -> None:
    using(kafka)
    lines(run("topics", "create"))
    comments, *_ = lines(
        run("topics", "create", "--partitions", "5", "--replication", "2", "--retention-hours", "1")
    )
    assert comments["state"] == "differs"
    assert comments["differences"] == [
        "partitions 3, wanted 5",
        "replication 1, wanted 2",
        "retention.ms 604800000, wanted 3600000",
    ]
    assert [fix.split()[0] for fix in comments["fixes"]] == [
        "kafka-topics.sh",
        "kafka-reassign-partitions.sh",
        "kafka-configs.sh",
    ]
    assert lines(run("topics", "ls"))[0]["partitions"] == 3


def test_the_printed_commands_end_the_differences(
    secured: Secured, kafka: str, using: Use, run: Run
) -> None:
    topics = using(kafka).topics
    lines(run("topics", "create", "--partitions", "2"))
    admin = AdminClient({"bootstrap.servers": kafka})
    large = ConfigEntry("max.message.bytes", "3000000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, topics.comments)
    resource.add_incremental_config(large)
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(30)
    wanted = ("--partitions", "3", "--retention-hours", "5", "--compact-verdicts")
    too_small = "max.message.bytes 1179660, wanted at least 3131072"
    # A broker may report a changed setting a moment after it has confirmed the change.
    assert eventually(
        lambda: too_small in lines(run("topics", "create", *wanted))[2]["differences"], True
    )
    outcomes = lines(run("topics", "create", *wanted))
    assert [one["state"] for one in outcomes] == ["differs"] * 3
    for outcome in outcomes:
        for fix in outcome["fixes"]:
            secured.server.run_tool(*shlex.split(fix))
    assert (
        eventually(
            lambda: [one["state"] for one in lines(run("topics", "create", *wanted))],
            ["exists"] * 3,
        )
        == ["exists"] * 3
    )


def test_more_replicas_than_brokers_are_refused(kafka: str, using: Use, run: Run) -> None:
    using(kafka)
    result = run("topics", "create", "--replication", "3")
    assert result.exit_code == 5
    assert "INVALID_REPLICATION_FACTOR" in result.stderr


def test_records_and_what_waits_are_counted(broker: str, using: Use, run: Run) -> None:
    settings = using(broker)
    run("topics", "create")  # an embedded broker refuses, and makes them on first use
    producer = Producer({"bootstrap.servers": broker})
    for number in range(7):
        producer.produce(settings.topics.comments, b"{}", partition=number % 3)
    for topic in (settings.topics.verdicts, settings.topics.dead_letters):
        producer.produce(topic, b"{}", b"k")
    assert producer.flush(30) == 0
    comments, verdicts, _ = lines(run("topics", "ls"))
    assert (comments["records"], comments["waiting"]) == (7, 7)
    assert (verdicts["records"], verdicts["waiting"]) == (1, None)


def test_an_embedded_broker_is_recognised(embedded: str, using: Use, run: Run) -> None:
    using(embedded)
    result = run("topics", "create")
    assert result.exit_code == 5
    assert "embedded broker creates topics itself" in result.stderr.replace("\n", " ")


def test_a_missing_broker_is_reported_in_one_line(using: Use) -> None:
    using(f"127.0.0.1:{free_port()}")
    command = [sys.executable, "-m", "moderator", "topics", "ls"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1
    assert "no broker answers at 127.0.0.1" in done.stderr


def test_a_record_is_skipped_once_and_kept_as_a_dead_letter(
    kafka: str, using: Use, run: Run
) -> None:
    settings = using(kafka)
    lines(run("topics", "create"))
    topic = settings.topics.comments
    producer = Producer({"bootstrap.servers": kafka})
    for number in range(4):
        producer.produce(topic, b"value %d" % number, b"key", 1, headers={"h": b"x"})
    assert producer.flush(30) == 0
    assert run("topics", "skip", topic, "1", "0").exit_code == 2  # nobody can be asked
    (row,) = lines(run("topics", "skip", topic, "1", "0", "--yes"))
    assert (row["next"], row["dead_letters"]) == (1, 1)
    for offset, said in (("0", "is not waiting"), ("9", "is not waiting"), ("3", "would lose 2")):
        result = run("topics", "skip", topic, "1", offset, "--yes")
        assert result.exit_code == 2
        assert said in result.stderr.replace("\n", " ")
    (row,) = lines(run("topics", "skip", topic, "1", "2", "--with-earlier", "--yes"))
    assert (row["next"], row["dead_letters"]) == (3, 2)
    assert lines(run("topics", "ls"))[0]["waiting"] == 1
    letters = records_of(kafka, settings.topics.dead_letters)
    assert sorted(m.value() or b"" for m in letters) == [b"value 0", b"value 1", b"value 2"]
    assert dict(letters[0].headers() or ())["h"] == b"x"
    (counted,) = lines(run("dlq", "ls"))
    assert (counted["stage"], counted["reason"], counted["letters"]) == ("skip", "skipped", 3)


def test_records_with_strange_header_names_are_skipped_too(
    kafka: str, using: Use, run: Run
) -> None:
    settings = using(kafka)
    lines(run("topics", "create"))
    topic = settings.topics.comments
    strange_records.produce(kafka, topic, [(f"key {number}", b"value") for number in range(10)])
    (row,) = lines(run("topics", "skip", topic, "0", "9", "--with-earlier", "--yes"))
    assert (row["next"], row["dead_letters"]) == (10, 10)
    assert {m.value() for m in records_of(kafka, settings.topics.dead_letters)} == {b"value"}


def test_a_group_with_members_is_not_moved(kafka: str, using: Use, run: Run) -> None:
    settings = using(kafka)
    lines(run("topics", "create"))
    topic = settings.topics.comments
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(topic, b"x", partition=0)
    assert producer.flush(30) == 0
    member = Consumer({"bootstrap.servers": kafka, "group.id": settings.stream.group})
    member.subscribe([topic])
    while not member.assignment():
        member.poll(0.2)
    result = run("topics", "skip", topic, "0", "0", "--yes")
    assert result.exit_code == 5
    assert "stop its workers first" in result.stderr.replace("\n", " ")
    member.close()


def test_only_comments_are_skipped(kafka: str, using: Use, run: Run) -> None:
    settings = using(kafka)
    lines(run("topics", "create"))
    result = run("topics", "skip", settings.topics.verdicts, "0", "0", "--yes")
    assert result.exit_code == 2
    assert "is not the topic of comments" in result.stderr.replace("\n", " ")


def test_offsets_that_the_log_does_not_have_fail_the_doctor(
    kafka: str, using: Use, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = using(kafka, SCORERS__USE='["lexicon"]')
    lines(run("topics", "create"))
    topic, group = settings.topics.comments, settings.stream.group
    producer = Producer({"bootstrap.servers": kafka})
    for _ in range(3):
        producer.produce(topic, b"x", partition=0)
    assert producer.flush(30) == 0

    def check() -> dict[str, str]:
        found = (json.loads(line) for line in run("doctor", "--json").stdout.splitlines())
        (offsets,) = [row for row in found if row["check"] == f"offsets of {group}"]
        return offsets  # type: ignore[no-any-return]

    def commit(offset: int) -> None:
        consumer = Consumer({"bootstrap.servers": kafka, "group.id": group})
        consumer.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
        consumer.close()

    assert check()["status"] == "ok"
    commit(3)
    assert check()["status"] == "ok"
    commit(400)
    found = check()
    assert found["status"] == "fail"
    assert f"{topic}/0: read up to offset 400, but the log ends at 3" in found["detail"]
    assert "stream.on_lost_offsets" in found["remedy"]
    commit(1)
    admin = AdminClient({"bootstrap.servers": kafka})  # lives until it has answered
    future = admin.delete_records([TopicPartition(topic, 0, 3)])
    next(iter(future.values())).result(30)
    found = check()
    assert found["status"] == "fail"
    assert f"2 comments of {topic}/0 were dropped by the broker before they" in found["detail"]
