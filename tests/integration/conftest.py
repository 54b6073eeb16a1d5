"""Topics or a broker of its own for each test, and workers that end with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.ledger import Ledger
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer

Start = Callable[..., WorkerProcess]


@dataclass
class Stage:
    """Topics of one test, their ledger, and the variables that lead a worker to them."""

    ledger: Ledger
    variables: dict[str, str]
    start: Callable[..., WorkerProcess]

    @property
    def bootstrap(self) -> str:
        """The broker."""
        return self.variables["KAFKA__BOOTSTRAP_SERVERS"]

    @property
    def comments(self) -> str:
        """The topic of comments."""
        return self.variables["TOPICS__COMMENTS"]

    @property
    def group(self) -> str:
        """The workers' group."""
        return self.variables["STREAM__GROUP"]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker of this test's own, with the topics of the default settings."""
    server = KafkaServer(tmp_path).start()
    server.create_topics("comments", "verdicts", "comments.dlq")
    yield server
    server.stop()


@pytest.fixture
def ledger(broker: KafkaServer) -> Iterator[Ledger]:
    """What became of the records of that broker."""
    found = Ledger(broker.bootstrap, "comments", "verdicts", "comments.dlq")
    yield found
    found.close()


@pytest.fixture
def start(broker: KafkaServer, tmp_path: Path) -> Iterator[Start]:
    """Starts workers of that broker, with stubs for scorers and more settings if given."""
    workers: list[WorkerProcess] = []

    def begin(**more: str) -> WorkerProcess:
        variables = {
            "KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap,
            "STREAM__SESSION_TIMEOUT_S": "6",
            "STREAM__COMMIT_INTERVAL_S": "0.2",
            **more,
        }
        workers.append(WorkerProcess(tmp_path, variables, stub=()))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.kill()


@pytest.fixture
def stage(kafka_server: KafkaServer, tmp_path: Path) -> Iterator[Stage]:
    name = uuid4().hex[:8]
    topics = f"{name}.comments", f"{name}.verdicts", f"{name}.dlq"
    kafka_server.create_topics(*topics)
    variables = {
        "KAFKA__BOOTSTRAP_SERVERS": kafka_server.bootstrap,
        "TOPICS__COMMENTS": topics[0],
        "TOPICS__VERDICTS": topics[1],
        "TOPICS__DEAD_LETTERS": topics[2],
        "STREAM__GROUP": name,
        "STREAM__COMMIT_INTERVAL_S": "0.2",
        "STREAM__SESSION_TIMEOUT_S": "6",
    }
    workers: list[WorkerProcess] = []

    def start(
        *, options: tuple[str, ...] = (), stub: tuple[str, ...] | None = None, **more: str
    ) -> WorkerProcess:
        worker = WorkerProcess(tmp_path, {**variables, **more}, options=options, stub=stub)
        workers.append(worker)
        return worker

    ledger = Ledger(kafka_server.bootstrap, *topics)
    yield Stage(ledger, variables, start)
    for worker in workers:
        worker.kill()
    ledger.close()
