"""`moderator topics` against real brokers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from confluent_kafka import Producer

from moderator.http.ports import free_port
from moderator.settings import Settings
from tests.integration.admin.conftest import Run, lines
from tests.integration.workers import ROOT

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
    assert lines(run("topics", "ls"))[0]["partitions"] == 3


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


def test_an_embedded_broker_is_told_from_a_real_one(embedded: str, using: Use, run: Run) -> None:
    using(embedded)
    result = run("topics", "create")
    assert result.exit_code == 5
    assert "embedded broker makes topics itself" in result.stderr.replace("\n", " ")


def test_no_broker_is_told_in_one_line(using: Use) -> None:
    using(f"127.0.0.1:{free_port()}")
    command = [sys.executable, "-m", "moderator", "topics", "ls"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT
    )
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1
    assert "no broker answers at 127.0.0.1" in done.stderr
