"""What a dispatcher takes, in which order, and that nothing unfinished is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from moderator.metrics import Metrics
from moderator.records import Action, to_json
from moderator.settings import Settings, WebhookEndpoint
from moderator.webhooks.dispatcher import Dispatcher
from moderator.webhooks.event import WebhookEvent
from tests.contract.test_cache import verdict
from tests.unit.webhooks.receiver import SECRET


class Record(NamedTuple):
    partition: int
    offset: int
    value: bytes
    timestamp: int = 1_000


class Reader:
    """In the place of the topic: gives its records, and keeps what is committed."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records
        self.commits: list[dict[int, int]] = []
        self.ready = True

    async def start(self) -> None:
        pass

    async def read(self, limit: int, wait_ms: int) -> list[Record]:
        taken, self._records = self._records[:limit], self._records[limit:]
        await asyncio.sleep(0 if taken else 0.001)
        return taken

    async def commit(self, offsets: Mapping[int, int]) -> None:
        self.commits.append(dict(offsets))

    async def stop(self) -> None:
        pass


class Delivery:
    """Delivers when it is let, and keeps the order."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.begun: list[str] = []
        self.error: Exception | None = None

    async def deliver(self, event: WebhookEvent) -> str | None:
        self.begun.append(event.id)
        await self.open.wait()
        if self.error:
            raise self.error
        return None


def dispatcher(
    records: list[Record], delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> tuple[Dispatcher, Reader]:
    reader = Reader(records)
    monkeypatch.setattr("moderator.webhooks.dispatcher.WebhookReader", lambda *_: reader)
    monkeypatch.setattr("moderator.webhooks.dispatcher._COMMIT_EVERY_S", 0.0)
    monkeypatch.setattr("moderator.webhooks.dispatcher._TURN_MS", 1)
    endpoint = WebhookEndpoint.model_validate({"url": "https://shop.example", "secrets": [SECRET]})
    settings = Settings.load(None, {"webhooks": {"in_flight": 2}})
    letters: Any = None
    given: Any = delivery
    return Dispatcher(settings, "shop", endpoint, given, letters, Metrics()), reader


def record(offset: int, comment: str, action: Action = Action.BLOCK) -> Record:
    return Record(0, offset, to_json(verdict(comment, action)))


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_commits_wait_for_what_is_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [record(0, "x", Action.ALLOW), Record(0, 1, b"no verdict"), record(2, "a"),
               record(3, "b"), record(4, "c")]  # fmt: skip
    delivery = Delivery()
    one, reader = dispatcher(records, delivery, monkeypatch)
    running = asyncio.create_task(one.run())
    await until(lambda: len(delivery.begun) == 2)
    await until(lambda: {0: 2} in reader.commits)
    assert max(commit[0] for commit in reader.commits) == 2
    delivery.open.set()
    await until(lambda: reader.commits[-1] == {0: 5})
    assert len(delivery.begun) == 3
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_events_of_one_comment_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = Delivery()
    one, reader = dispatcher([record(0, "a"), record(1, "a", Action.REVIEW)], delivery, monkeypatch)
    running = asyncio.create_task(one.run())
    await until(lambda: len(delivery.begun) == 1 and {0: 0} in reader.commits)
    assert len(delivery.begun) == 1
    delivery.open.set()
    await until(lambda: reader.commits[-1] == {0: 2})
    assert len(set(delivery.begun)) == 2
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_bug_ends_it_and_commits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = Delivery()
    delivery.error = ZeroDivisionError("a bug")
    delivery.open.set()
    one, reader = dispatcher([record(0, "a")], delivery, monkeypatch)
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(20):
            await one.run()
    assert all(commit == {0: 0} for commit in reader.commits)
