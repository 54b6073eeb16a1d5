"""The embedded broker forgets; whoever uses it must not let it, or say so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from moderator.errors import BrokerError
from moderator.kafka import comment_producer as publishing
from moderator.kafka.comment_producer import CommentProducer
from moderator.kafka.mock_broker import EmbeddedBroker, overrides
from moderator.records import Comment
from moderator.settings import Settings
from moderator.stream.worker_subprocess import running_worker
from tests.integration.workers import WorkerProcess
from tests.waiting import eventually

ROWS = 200_000
FILLER = "and so on and so forth " * 5


def comments() -> Iterator[Comment]:
    return (Comment(id=f"row-{n}", text=f"row {n} {FILLER}") for n in range(ROWS))


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as embedded:
        yield embedded


def worker_on(broker: EmbeddedBroker, folder: Path, *options: str) -> WorkerProcess:
    variables = {
        "KAFKA__BOOTSTRAP_SERVERS": broker.address,
        "STREAM__SESSION_TIMEOUT_S": "6",
        "STREAM__COMMIT_INTERVAL_S": "0.2",
    }
    return WorkerProcess(folder, variables, stub=options)


async def publish(broker: EmbeddedBroker) -> set[str]:
    """Replay all rows; the ids that came back."""
    settings = Settings.load(None, overrides(broker.address))
    seen: set[str] = set()
    rows = comments()
    async with CommentProducer(settings, lambda vs: seen.update(v.id for v in vs)) as publisher:
        while chunk := list(islice(rows, 64)):
            await publisher.publish(chunk)
        await publisher.finish()
        assert publisher.dead_letters == 0
    return seen


@pytest.mark.timeout(600)
async def test_a_replay_of_two_hundred_thousand_rows_loses_none(
    broker: EmbeddedBroker, tmp_path: Path
) -> None:
    worker = worker_on(broker, tmp_path)
    try:
        worker.ready()
        assert len(await publish(broker)) == ROWS
        assert worker.metric("moderator_comments_total") == ROWS
        assert worker.terminate() == 0
    finally:
        worker.kill()


@pytest.mark.timeout(300)
async def test_without_back_pressure_the_loss_is_reported(
    broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MAX_PENDING", 10**9)
    monkeypatch.setattr(publishing, "MAX_PENDING_BYTES", 10**9)
    worker = worker_on(broker, tmp_path, "--delay-s", "0.1")
    try:
        worker.ready()
        settings = Settings.load(None, overrides(broker.address))
        # Texts differ: a verdict out of the cache would not wait, and the worker might keep up.
        rows = [Comment(id=f"row-{n}", text=f"{n} {FILLER * 10}") for n in range(40_000)]
        async with CommentProducer(settings, silence_s=3) as publisher:
            await publisher.publish(rows)
            with pytest.raises(BrokerError, match="verdict"):
                await publisher.finish()
        dropped = "were dropped by the broker before they were read"
        assert eventually(lambda: dropped in worker.log, True, 150), worker.log
        assert "held" in worker.page("readyz")
    finally:
        worker.kill()


@pytest.mark.timeout(180)
async def test_a_running_worker_is_ready_and_drained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["compact"]')
    seen: list[str] = []
    with running_worker() as running:
        async with CommentProducer(
            running.settings, lambda vs: seen.extend(v.id for v in vs)
        ) as publisher:
            await publisher.publish([Comment(id="a", text="hello"), Comment(id="b", text="")])
            await publisher.finish()
    assert sorted(seen) == ["a", "b"]


def test_a_worker_that_cannot_start_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_CACHE__MEMORY_ITEMS", "-1")
    with pytest.raises(BrokerError, match=r"did not start(.|\n)*memory_items"), running_worker():
        pass
