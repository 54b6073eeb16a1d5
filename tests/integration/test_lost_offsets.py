"""Offsets that the broker's log no longer holds: the worker holds the partition and says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.integration.conftest import Start
from tests.integration.ledger import Ledger
from tests.integration.test_delivery import numbered
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.waiting import eventually

TOPICS = ("comments", "verdicts", "comments.dlq")
GROUP = "lost"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker of this test's own, with one partition a topic."""
    server = KafkaServer(tmp_path).start()
    server.create_topics(*TOPICS, partitions=1)
    yield server
    server.stop()


@pytest.fixture
def start(start: Start) -> Start:
    return partial(start, KAFKA__METADATA_REFRESH_S="2", STREAM__GROUP=GROUP)


def judged_and_committed(ledger: Ledger, start: Start, count: int, prefix: str = "a") -> None:
    """`count` comments judged and committed by a worker that has left."""
    worker = start().ready()
    ledger.produce(numbered(count, prefix))
    ledger.flush()
    ledger.settle()
    assert eventually(lambda: ledger.all_acknowledged(GROUP), True)
    assert worker.terminate() == 0


def committed(broker: KafkaServer) -> int:
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": GROUP, "log_level": 0})
    found = consumer.committed([TopicPartition("comments", 0)], timeout=30)[0].offset
    consumer.close()
    return int(found)


def log_is_lost(broker: KafkaServer) -> None:
    """The broker restarts without the comments' log, as after the loss of a disk."""
    broker.stop()
    for folder in broker.data.glob("comments-*"):
        shutil.rmtree(folder)
    broker.start()


def is_held(worker: WorkerProcess, kind: str) -> None:
    assert eventually(lambda: "held" in worker.page("readyz"), True), worker.log
    held = partial(worker.metric, "moderator_held_partitions", reason="lost_offsets")
    assert eventually(held, 1.0) == 1
    assert worker.metric("moderator_lost_offsets_total", kind=kind) >= 1
    assert "stream.on_lost_offsets" in worker.log
    assert "comments/0" in worker.log
    assert worker.code is None


@pytest.mark.timeout(240)
def test_an_offset_beyond_the_end_is_held_and_earliest_judges_all(
    broker: KafkaServer, ledger: Ledger, start: Start
) -> None:
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": GROUP})
    consumer.commit(offsets=[TopicPartition("comments", 0, 24_000)], asynchronous=False)
    consumer.close()
    ledger.produce(numbered(500))
    ledger.flush()
    worker = start()
    is_held(worker, "beyond_end")
    assert worker.metric("moderator_consumer_lag_messages") == 0
    assert committed(broker) == 24_000
    assert worker.terminate() == 0
    assert len(ledger.missing) == 500
    second = start(STREAM__ON_LOST_OFFSETS="earliest").ready()
    ledger.settle()
    assert ledger.missing == set()
    assert second.terminate() == 0
    # And it is no longer lost: the reset was committed.
    judged_and_committed(ledger, start, 10, "b")


@pytest.mark.timeout(240)
def test_latest_goes_on_with_new_comments_only(
    broker: KafkaServer, ledger: Ledger, start: Start
) -> None:
    judged_and_committed(ledger, start, 300)
    log_is_lost(broker)
    ledger.produce(numbered(100, "unread"))
    ledger.flush()
    worker = start(STREAM__ON_LOST_OFFSETS="latest").ready()
    assert eventually(lambda: committed(broker), 100) == 100
    ledger.produce(numbered(50, "new"))
    ledger.flush()
    assert eventually(lambda: (ledger.read() and None) or len(ledger.verdicts), 350) == 350
    assert worker.terminate() == 0
    assert {key for key in ledger.missing if not key.startswith("unread")} == set()


@pytest.mark.timeout(240)
def test_a_log_lost_and_grown_again_is_held(
    broker: KafkaServer, ledger: Ledger, start: Start
) -> None:
    judged_and_committed(ledger, start, 300)
    log_is_lost(broker)
    ledger.produce(numbered(800, "b"))
    ledger.flush()
    worker = start()
    is_held(worker, "truncated")
    assert committed(broker) == 300
    # A worker that stays in the group may keep the partition.
    assert worker.terminate() == 0
    start(STREAM__ON_LOST_OFFSETS="earliest")
    ledger.settle()
    assert ledger.missing == set()


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("grown", "policy"), [(100, "stop"), (900, "stop"), (900, "earliest")])
def test_a_log_lost_under_a_running_worker(
    broker: KafkaServer, ledger: Ledger, start: Start, grown: int, policy: str
) -> None:
    worker = start(STREAM__ON_LOST_OFFSETS=policy).ready()
    ledger.produce(numbered(400))
    ledger.flush()
    ledger.settle()
    assert eventually(lambda: ledger.all_acknowledged(GROUP), True)
    worker.pause()
    log_is_lost(broker)
    ledger.produce(numbered(grown, "b"))
    ledger.flush()
    worker.resume()
    if policy == "stop":
        is_held(worker, "truncated" if grown > 400 else "beyond_end")
        assert committed(broker) == 400
    else:
        ledger.settle()
        assert ledger.missing == set()
    assert worker.terminate() == 0


@pytest.mark.timeout(240)
@pytest.mark.parametrize("running", [True, False])
def test_of_a_topic_made_again_all_is_judged(
    broker: KafkaServer, ledger: Ledger, start: Start, running: bool
) -> None:
    judged_and_committed(ledger, start, 300)
    if running:
        start().ready()
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.delete_topics(["comments"])["comments"].result(30)
    assert eventually(lambda: "comments" in admin.list_topics(timeout=30).topics, False) is False
    broker.create_topics("comments", partitions=1)
    ledger.produce(numbered(700, "b"))
    ledger.flush()
    if not running:
        start()
    # With a topic the broker forgets its offsets, so nothing is lost and nothing is held.
    ledger.settle()
    assert ledger.missing == set()
    assert eventually(lambda: committed(broker), 700) == 700


@pytest.mark.timeout(240)
def test_comments_deleted_before_they_were_read(
    broker: KafkaServer, ledger: Ledger, start: Start
) -> None:
    judged_and_committed(ledger, start, 300)
    ledger.produce(numbered(400, "b"))
    ledger.flush()
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    place = TopicPartition("comments", 0, 500)
    admin.delete_records([place])[TopicPartition("comments", 0)].result(30)
    worker = start()
    is_held(worker, "before_start")
    assert "200 comments of comments/0 were dropped by the broker before they were read" in (
        worker.log
    )
