"""A batch processor between a fake judge and a fake sink."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import zip_longest
from time import perf_counter
from typing import Any

from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.stream.in_flight import Event
from moderator.stream.processor import BatchProcessor
from tests.unit.stream.fakes import FakeEvent, FakeJudge, FakeMessage, FakeSink


class Harness:
    """A processor with a fake judge and a fake sink."""

    def __init__(
        self,
        metrics: Metrics,
        judge: FakeJudge,
        clock: Callable[[], float] = perf_counter,
        **stream: Any,
    ) -> None:
        self.sink = FakeSink()
        self.judge = judge
        self.acked: list[int] = []
        self.metrics = metrics
        settings = Settings.load(None, {"stream": {"retry_initial_ms": 1, **stream}})
        self.processor = BatchProcessor(judge, self.sink, metrics, settings, clock)
        self._offset = 0

    def events(self, *values: bytes | None, keys: Sequence[bytes | None] = ()) -> list[Event]:
        made: list[Event] = []
        for value, key in zip_longest(values, keys):
            message = FakeMessage(value, self._offset, partition=self._offset % 3, key=key)
            made.append(FakeEvent(message, self.acked))
            self._offset += 1
        return made

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not done():  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.processor.run())
        yield task
        task.cancel()
        await asyncio.wait((task,))


def comment(number: int) -> bytes:
    return b'{"id":"c%d","text":"hello"}' % number


async def put_many(harness: Harness, count: int) -> None:
    for number in range(count):
        await harness.processor.put(harness.events(comment(number)))
