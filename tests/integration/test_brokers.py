"""Several brokers: leaders that change under load, and brokers that come back elsewhere."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from moderator.http.ports import free_port
from tests.integration.ledger import Ledger
from tests.integration.test_delivery import numbered
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.waiting import eventually, meanwhile

TOPICS = ("comments", "verdicts", "comments.dlq")
HALTED = 6


@pytest.fixture
def brokers(tmp_path: Path) -> Iterator[list[KafkaServer]]:
    """Two; the first has the controller. Every topic has a replica on both."""
    settings = {
        "offsets.topic.replication.factor": "2",
        "leader.imbalance.check.interval.seconds": "1",
        "leader.imbalance.per.broker.percentage": "0",
    }
    first = KafkaServer(tmp_path, settings)
    servers = [first, KafkaServer(tmp_path, settings, joins=first, node=2)]
    try:
        for server in servers:
            server.start()
        admin = AdminClient({"bootstrap.servers": first.bootstrap})
        assert eventually(lambda: len(admin.list_topics(timeout=30).brokers), 2) == 2
        first.create_topics(*TOPICS, replicas=2)
        yield servers
    finally:
        for server in reversed(servers):
            server.stop()


def leads(admin: AdminClient, node: int) -> bool:
    """Whether a node leads any partition."""
    found = admin.list_topics(timeout=30).topics
    return any(part.leader == node for topic in TOPICS for part in found[topic].partitions.values())


def judged(ledger: Ledger, wanted: int) -> bool:
    ledger.read()
    return len(ledger.verdicts) >= wanted


@pytest.mark.timeout(600)
def test_leaders_change_under_load(brokers: list[KafkaServer], tmp_path: Path) -> None:
    everyone = ",".join(server.bootstrap for server in brokers)
    ledger = Ledger(everyone, *TOPICS, idempotent=False)
    variables = {
        "KAFKA__BOOTSTRAP_SERVERS": everyone,
        "STREAM__SESSION_TIMEOUT_S": "6",
        "STREAM__COMMIT_INTERVAL_S": "0.2",
    }
    workers = [WorkerProcess(tmp_path, variables, stub=("--delay-s", "0.02")) for _ in range(2)]
    admin = AdminClient({"bootstrap.servers": brokers[0].bootstrap, "log_level": 0})
    count = itertools.count()
    try:
        for worker in workers:
            worker.ready()
        with meanwhile(lambda: ledger.produce(numbered(10, f"{next(count)}-")), 0.05):
            for number in (signal.SIGKILL, signal.SIGTERM):
                # Leaders go back to the broker they are meant for once it is there again.
                assert eventually(partial(leads, admin, 2), True)
                brokers[1].stop(number)
                assert eventually(partial(leads, admin, 2), False) is False
                ledger.read()
                wanted = len(ledger.verdicts) + 400
                assert eventually(partial(judged, ledger, wanted), True, 120), len(ledger.produced)
                brokers[1].start()
        ledger.settle()
        assert ledger.missing == set()
        assert not ledger.refused
        for worker in workers:
            assert worker.terminate() == 0, worker.log
            assert "is held" not in worker.log
        assert ledger.all_acknowledged("moderator")
    finally:
        for worker in workers:
            worker.kill()
        ledger.close()


@pytest.mark.timeout(240)
def test_a_dead_broker_makes_an_idle_worker_unready_and_does_not_hold_its_end_up(
    broker: KafkaServer, tmp_path: Path
) -> None:
    ledger = Ledger(broker.bootstrap, *TOPICS)
    worker = WorkerProcess(
        tmp_path, {"KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap}, stub=()
    ).ready()
    try:
        ledger.produce(numbered(50))
        ledger.settle()
        assert ledger.missing == set()
        broker.stop()
        stopped = time.monotonic()
        assert eventually(lambda: worker.page("readyz") == "ready\n", False, 30) is False
        assert time.monotonic() - stopped < 20
        assert worker.page("healthz") == "alive\n"
        assert worker.terminate(12) == 0
    finally:
        worker.kill()
        ledger.close()


@pytest.mark.timeout(240)
def test_a_worker_with_an_instance_id_has_its_partitions_back_at_once(
    broker: KafkaServer, tmp_path: Path
) -> None:
    ledger = Ledger(broker.bootstrap, *TOPICS)
    session_s = 60
    variables = {
        "KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap,
        "STREAM__SESSION_TIMEOUT_S": str(session_s),
        "STREAM__INSTANCE_ID": "one",
    }
    killed = WorkerProcess(tmp_path, variables, stub=()).ready()
    killed.kill()
    since = time.monotonic()
    worker = WorkerProcess(tmp_path, variables, stub=())
    ledger.produce(numbered(100))
    ledger.settle()
    assert ledger.missing == set()
    assert time.monotonic() - since < session_s - 10
    assert worker.terminate() == 0
    worker.kill()
    ledger.close()


@pytest.mark.timeout(240)
def test_brokers_that_moved_are_found_by_the_next_worker(
    broker: KafkaServer, tmp_path: Path
) -> None:
    port = free_port()
    ledger = Ledger(f"{broker.bootstrap},127.0.0.1:{port}", *TOPICS)
    variables = {
        "KAFKA__BOOTSTRAP_SERVERS": f"{broker.bootstrap},127.0.0.1:{port}",
        "STREAM__SESSION_TIMEOUT_S": "6",
        "STREAM__RETRY_FOR_S": "6",
    }
    worker = WorkerProcess(tmp_path, variables, stub=()).ready()
    broker.stop(signal.SIGTERM)
    broker.move(port)
    broker.start()
    # The addresses that it got from the broker lead nowhere now.
    assert worker.wait(60) == HALTED
    assert "the broker has not answered for 6 s" in worker.log
    worker.kill()
    ledger.produce(numbered(100))
    second = WorkerProcess(tmp_path, variables, stub=()).ready()
    ledger.settle()
    assert ledger.missing == set()
    assert second.terminate() == 0
    second.kill()
    ledger.close()
