"""A worker under load and a real Prometheus that scrapes it, for as long as a context is open."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from confluent_kafka import Producer

from moderator.http.ports import free_port
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.package import shipped
from tests.servers import RedisServer, missing, wait_for_port
from tests.waiting import eventually, meanwhile

RULES = Path(__file__).parents[2] / "deploy" / "prometheus"


@dataclass(frozen=True)
class Prometheus:
    """A Prometheus at `url` that scrapes every second."""

    url: str

    def is_ready(self) -> bool:
        """Whether it answers queries: it listens before it does."""
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=10) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            return False

    def get(self, path: str, **parameters: str) -> Any:
        """The `data` of an answer of its API."""
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}", timeout=60) as answer:
            return json.load(answer)["data"]


@contextmanager
def prometheus(folder: Path, targets: list[str]) -> Iterator[Prometheus]:
    """Scrapes the targets as the job `moderator`, with the rules of deploy/."""
    path = shutil.which("prometheus")
    if path is None:
        missing("prometheus is not installed")
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(RULES / "rules.yml"), str(RULES / "alerts.yml")],
        "scrape_configs": [{"job_name": "moderator", "static_configs": [{"targets": targets}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    port = free_port()
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [path, f"--config.file={folder / 'prometheus.yml'}",
             f"--web.listen-address=127.0.0.1:{port}", f"--storage.tsdb.path={folder / 'data'}"],
            stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for_port(port, process)
            server = Prometheus(f"http://127.0.0.1:{port}")
            assert eventually(server.is_ready, True), "Prometheus does not become ready"
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextmanager
def worker_with_redis(
    folder: Path, bootstrap: str | None = None, **more: str
) -> Iterator[tuple[str, str, str]]:
    """Addresses of the broker, of the metrics of a worker with a shadow policy, and of its Redis.

    The broker is an embedded one unless one is named; `more` are settings of the worker.
    """
    policy = shipped("config/policy.toml").read_text("utf-8")
    shadowed = policy.replace('# standard = "strict"', 'standard = "strict"')
    assert shadowed != policy
    (folder / "policy.toml").write_text(shadowed, "utf-8")
    port = free_port()
    with ExitStack() as stack:
        broker = bootstrap or stack.enter_context(EmbeddedBroker()).address
        redis = RedisServer(folder).start()
        stack.callback(redis.stop)
        log = stack.enter_context((folder / "worker.log").open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-m", "moderator", "worker"],
            env={
                **os.environ,
                "MODERATOR_POLICY": str(folder / "policy.toml"),
                "MODERATOR_KAFKA__BOOTSTRAP_SERVERS": broker,
                "MODERATOR_STREAM__SESSION_TIMEOUT_S": "6.0",
                "MODERATOR_CACHE__BACKEND": "redis",
                "MODERATOR_CACHE__URL": redis.url,
                "MODERATOR_HTTP__PORT": str(port),
                **{f"MODERATOR_{name}": value for name, value in more.items()},
            },
            stdout=log,
            stderr=log,
        )
        try:
            wait_for_port(port, process, timeout_s=90)
            yield broker, f"127.0.0.1:{port}", redis.url
        finally:
            process.terminate()
            process.wait(timeout=60)


@contextmanager
def load(broker: str, per_second: int, seed: int = 1) -> Iterator[None]:
    """Publishes seed lines, half of them with a word that makes them new, and some rubbish."""
    lines = [
        line
        for path in sorted(shipped("seeds").glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
        if line
    ]
    chance = random.Random(seed)
    producer = Producer({"bootstrap.servers": broker, "linger.ms": 20})
    number = 0
    start = time.monotonic()

    def publish() -> None:
        nonlocal number
        while number < (time.monotonic() - start) * per_second:
            number += 1
            text = chance.choice(lines) + (f" {number}" if number % 2 else "")
            sound = json.dumps({"id": str(number), "text": text})
            value = b"{rubbish" if number % 50 == 0 else sound
            producer.produce("comments", value, key=str(number))
        producer.poll(0)

    try:
        with meanwhile(publish, 0.05):
            yield
    finally:
        producer.flush(30)
