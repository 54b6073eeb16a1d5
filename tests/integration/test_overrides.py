"""What a person decides holds on two workers within two seconds, and after both restart."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from moderator.kafka.verdict_consumer import VerdictConsumer
from moderator.records import Action, Verdict
from moderator.settings import Settings
from tests.integration.conftest import Stage
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.servers import RedisServer

TEXT = "i will kill you, you filthy animal"
WITHIN_S = 2.0


@pytest.mark.timeout(600)
def test_two_workers_obey_and_remember(
    stage: Stage,
    kafka_server: KafkaServer,
    redis_server: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feedback = f"feedback-{uuid4().hex[:8]}"
    kafka_server.create_topics(feedback, partitions=3)
    more = {
        "FEEDBACK__TO": "topic",
        "FEEDBACK__TOPIC": feedback,
        "CACHE__BACKEND": "redis",
        "CACHE__URL": redis_server.url,
        "CACHE__SECRET": uuid4().hex,
    }
    producer = Producer({"bootstrap.servers": stage.bootstrap})
    for key, value in {**stage.variables, **more}.items():
        monkeypatch.setenv(f"MODERATOR_{key}", value)
    verdicts = VerdictConsumer(Settings.load())

    def ask(name: str) -> list[Verdict]:
        """A verdict of each partition, so of both workers."""
        ids = [f"{name}-{partition}" for partition in range(4)]
        for partition, comment_id in enumerate(ids):
            comment = json.dumps({"id": comment_id, "text": TEXT, "community": "games"})
            producer.produce(stage.comments, comment, key=comment_id, partition=partition)
        assert producer.flush(30) == 0
        found: dict[str, Verdict] = {}
        deadline = time.monotonic() + 120
        while len(found) < len(ids):
            assert time.monotonic() < deadline
            # what a killed worker had not committed is judged again, and does not count here
            found |= {verdict.id: verdict for verdict in verdicts.read()[0] if verdict.id in ids}
        return [found[comment_id] for comment_id in ids]

    def started() -> list[WorkerProcess]:
        workers = [stage.start(**more), stage.start(**more)]
        return [worker.ready() for worker in workers]

    workers = started()
    assert {verdict.action for verdict in ask("before")} == {Action.BLOCK}

    command = [sys.executable, "-m", "moderator", "feedback", "add", "before-0", "allow",
               "--text", TEXT, "--community", "games"]  # fmt: skip
    subprocess.run(command, check=True, timeout=180)
    decided = time.monotonic()
    while not all(worker.metric("moderator_overrides") == 1 for worker in workers):
        assert time.monotonic() - decided < WITHIN_S
        time.sleep(0.05)
    for verdict in ask("after"):
        assert verdict.action is Action.ALLOW
        assert [reason.rule for reason in verdict.reasons] == ["allow.human"]
        assert verdict.cached

    for worker in workers:
        worker.kill()
    workers = started()
    assert {verdict.action for verdict in ask("restarted")} == {Action.ALLOW}
    assert all(worker.metric("moderator_overrides") == 1 for worker in workers)
    verdicts.close()
