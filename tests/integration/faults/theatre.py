"""The stage of a fault run: a real Kafka, a real Redis, workers that are always started again."""

from __future__ import annotations

import random
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tests.integration.faults.traffic import Traffic
from tests.integration.ledger import Ledger
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.servers import RedisServer

SESSION_S = 6
WATCHDOG_S = 4 * SESSION_S
"""As in the shipped defaults: shorter, it would end workers that only wait for the group."""
_RESTART_S = 0.5
_COORDINATOR_S = 120.0
TOPICS = ("comments", "verdicts", "comments.dlq")
GROUP = "moderator"


class Theatre:
    """Keeps `size` workers alive; `codes` counts how workers ended, wanted or not."""

    def __init__(self, folder: Path, seed: int, *, size: int = 2, rate: int = 150) -> None:
        self.folder = folder
        self.kafka = KafkaServer(folder).start()
        # The broker takes any timestamp and keeps everything, so that none is its own fault.
        keep: dict[str, Any] = {"message.timestamp.after.max.ms": str(10**14), "retention.ms": "-1"}
        self.kafka.create_topics(*TOPICS, **keep)
        self.redis = RedisServer(folder).start()
        self.mood = folder / "mood"
        self.codes: Counter[str] = Counter()
        self.locks = {name: threading.Lock() for name in ("broker", "redis", "mood", "pause")}
        self._size = size
        self._chance = random.Random(seed)
        self._workers: list[WorkerProcess] = []
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._empty = threading.Event()
        self.ledger = Ledger(self.kafka.bootstrap, *TOPICS)
        self.traffic = Traffic(self.ledger, rate, seed)
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        for _ in range(size):
            self.join()
        for worker in self._workers:
            worker.ready()
        self._keeper.start()

    def join(self, log: Path | None = None) -> WorkerProcess:
        """One more worker."""
        variables = {
            "KAFKA__BOOTSTRAP_SERVERS": self.kafka.bootstrap,
            "CACHE__BACKEND": "redis",
            "CACHE__URL": self.redis.url,
            "CACHE__MEMORY_ITEMS": "100",
            "STREAM__SESSION_TIMEOUT_S": str(SESSION_S),
            "STREAM__COMMIT_INTERVAL_S": "0.3",
            "STREAM__WATCHDOG_S": str(WATCHDOG_S),
            "STREAM__DRAIN_S": "10",
            "STREAM__RETRY_FOR_S": "60",
            "STREAM__ON_LOST_OFFSETS": "earliest",
            "KAFKA__METADATA_REFRESH_S": "5",
        }
        options = ("--mood", str(self.mood), "--delay-s", "0.05")
        worker = WorkerProcess(self.folder, variables, stub=options, log=log)
        with self._guard:
            self._workers.append(worker)
        return worker

    @contextmanager
    def taken(self) -> Iterator[WorkerProcess]:
        """A worker at random for the time of the context, neither restarted nor hurt by others."""
        while True:
            with self._guard:
                if self._workers:
                    worker = self._chance.choice(self._workers)
                    self._workers.remove(worker)
                    break
            time.sleep(0.1)
        try:
            yield worker
        finally:
            with self._guard:
                self._workers.append(worker)

    @contextmanager
    def nobody(self) -> Iterator[None]:
        """No worker runs for the time of the context."""
        self._empty.set()
        try:
            yield
        finally:
            self._empty.clear()

    def committed(self) -> list[TopicPartition]:
        """What the group has committed of every partition of comments."""
        asking = Consumer(
            {"bootstrap.servers": self.kafka.bootstrap, "group.id": GROUP, "log_level": 0}
        )
        try:
            numbers = asking.list_topics("comments", timeout=60).topics["comments"].partitions
            places = [TopicPartition("comments", number) for number in numbers]
            deadline = time.monotonic() + _COORDINATOR_S
            while True:
                try:
                    return list(asking.committed(places, timeout=60))
                except KafkaException:  # a broker just started does not coordinate groups yet
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.5)
        finally:
            asking.close()

    def count(self) -> int:
        """Workers that are meant to live."""
        with self._guard:
            return len(self._workers)

    @contextmanager
    def garbage(self) -> Iterator[None]:
        """On Redis's port, somebody who answers nonsense."""
        self.redis.stop()
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        server = socketserver.ThreadingTCPServer(("127.0.0.1", self.redis.port), _Garbage)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            self.redis.start()

    def close(self) -> None:
        """End everything."""
        self._closing.set()
        self.traffic.close()
        self._keeper.join()
        for worker in self._workers:
            worker.kill()
        self.ledger.close()
        self.redis.stop()
        self.kafka.stop()

    def _keep(self) -> None:
        while not self._closing.wait(_RESTART_S):
            if self._empty.is_set():
                with self._guard:
                    for worker in self._workers:
                        worker.kill()
                continue
            with self._guard:
                ended = [worker for worker in self._workers if worker.code is not None]
                self._workers = [worker for worker in self._workers if worker.code is None]
                missing = self._size - len(self._workers)
            for worker in ended:
                self.codes[f"exit {worker.code}"] += 1
                worker.kill()
            for _ in range(missing):
                self.join()


class _Garbage(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while self.request.recv(65_536):
            self.request.sendall(b"$999999999\r\n*-7\r\n\x00\xffHTTP/1.1 418\r\n\r\n")
