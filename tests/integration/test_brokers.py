"""A broker that dies, and one that comes back at another address."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.http.ports import free_port
from tests.integration.ledger import Ledger
from tests.integration.test_delivery import numbered
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.waiting import eventually

TOPICS = ("comments", "verdicts", "comments.dlq")
HALTED = 6


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaServer]:
    server = KafkaServer(tmp_path).start()
    server.create_topics(*TOPICS)
    yield server
    server.stop()


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
