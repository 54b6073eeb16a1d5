"""What is acknowledged, when, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from moderator.errors import DeadLettersError, HaltError
from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.stream.in_flight import Event
from moderator.stream.processor import BatchProcessor
from tests.unit.stream.fakes import FakeBroker, FakeEvent, FakeJudge, FakeMessage


class Belt:
    """A conveyor of fakes."""

    def __init__(self, metrics: Metrics, judge: FakeJudge, **stream: Any) -> None:
        self.broker = FakeBroker()
        self.judge = judge
        self.acked: list[int] = []
        self.metrics = metrics
        settings = Settings.load(None, {"stream": {"retry_initial_ms": 1, **stream}})
        self.conveyor = BatchProcessor(judge, self.broker, metrics, settings)
        self._offset = 0

    def events(self, *values: bytes | None) -> list[Event]:
        made: list[Event] = []
        for value in values:
            message = FakeMessage(value, self._offset, partition=self._offset % 3)
            made.append(FakeEvent(message, self.acked))
            self._offset += 1
        return made

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not done():  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.conveyor.run())
        yield task
        task.cancel()
        await asyncio.wait((task,))


def comment(number: int) -> bytes:
    return b'{"id":"c%d","text":"hello"}' % number


@pytest.fixture
def belt(metrics: Metrics) -> Belt:
    return Belt(metrics, FakeJudge())


async def test_verdicts_and_dead_letters_go_out_in_order(belt: Belt) -> None:
    async with belt.running():
        await belt.conveyor.put(belt.events(comment(0), b"bad", comment(2)))
        await belt.until(lambda: belt.acked == [0, 1, 2])
    first, second, third = belt.broker.published
    assert (first.topic, first.key, first.partition) == ("verdicts", b"c0", 0)
    assert (second.topic, second.value, second.partition) == ("comments.dlq", b"bad", 1)
    assert dict(second.headers)["__connect.errors.offset"] == b"1"
    assert (third.topic, third.key, third.partition) == ("verdicts", b"c2", 2)
    assert belt.metrics.registry.get_sample_value(
        "moderator_dead_letters_total", {"stage": "decode", "reason": "not_json"}
    ) == 1  # fmt: skip


async def test_nothing_is_acknowledged_before_the_broker_confirms(belt: Belt) -> None:
    belt.broker.gate.clear()
    async with belt.running():
        await belt.conveyor.put(belt.events(comment(0)))
        await belt.until(lambda: belt.broker.calls == 1)
        assert belt.acked == []
        assert len(belt.conveyor.in_flight) == 1
        belt.broker.gate.set()
        await belt.until(lambda: belt.acked == [0])
    assert len(belt.conveyor.in_flight) == 0


async def test_the_next_batch_is_judged_while_the_last_is_confirmed(belt: Belt) -> None:
    belt.broker.gate.clear()
    async with belt.running():
        await belt.conveyor.put(belt.events(comment(0)))
        await belt.conveyor.put(belt.events(comment(1)))
        await belt.until(lambda: len(belt.judge.batches) == 2)
        assert belt.acked == []
        belt.broker.gate.set()
        await belt.until(lambda: belt.acked == [0, 1])


async def test_consumption_pauses_while_the_broker_does_not_confirm(belt: Belt) -> None:
    belt.broker.gate.clear()
    async with belt.running():
        putting = asyncio.create_task(put_many(belt, 10))
        await belt.until(lambda: belt.broker.calls == 1)
        await asyncio.sleep(0.05)
        assert not putting.done()
        assert len(belt.conveyor.in_flight) < 10
        belt.broker.gate.set()
        await putting
        await belt.until(lambda: belt.acked == list(range(10)))


async def put_many(belt: Belt, count: int) -> None:
    for number in range(count):
        await belt.conveyor.put(belt.events(comment(number)))


async def test_what_is_not_confirmed_is_tried_again_before_any_acknowledgement(belt: Belt) -> None:
    belt.broker.failures = 3
    async with belt.running():
        await belt.conveyor.put(belt.events(*(comment(n) for n in range(5))))
        await belt.until(lambda: belt.acked == [0, 1, 2, 3, 4])
    assert [record.key for record in belt.broker.published] == [b"c0", b"c1", b"c2", b"c3", b"c4"]
    assert belt.metrics.registry.get_sample_value(
        "moderator_retries_total", {"operation": "publish"}
    ) == 3  # fmt: skip
    assert not belt.conveyor.retrying


async def test_the_worker_stops_when_retries_are_used_up(metrics: Metrics) -> None:
    belt = Belt(metrics, FakeJudge(), retry_for_s=0.05, retry_max_ms=5)
    belt.broker.failures = 10**6
    async with belt.running() as task:
        await belt.conveyor.put(belt.events(*(comment(n) for n in range(10_000))))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(HaltError, match="retry_for_s")
        assert belt.acked == []


async def test_dead_letters_over_the_limit_are_not_published(metrics: Metrics) -> None:
    belt = Belt(metrics, FakeJudge(), dead_letter_run=3)
    async with belt.running() as task:
        await belt.conveyor.put(belt.events(b"bad", b"bad"))
        await belt.until(lambda: belt.acked == [0, 1])
        await belt.conveyor.put(belt.events(b"bad", comment(1)))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(DeadLettersError, match="dead_letter_run")
    assert len(belt.broker.published) == 2
    assert belt.acked == [0, 1]


async def test_a_bug_in_the_pipeline_stops_the_worker_and_loses_nothing(metrics: Metrics) -> None:
    def bug() -> None:
        raise ValueError("bug")

    belt = Belt(metrics, FakeJudge(bug))
    async with belt.running() as task:
        await belt.conveyor.put(belt.events(comment(0)))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup):
            task.result()
    assert belt.acked == []


async def test_a_verdict_too_large_for_the_broker_becomes_a_dead_letter(belt: Belt) -> None:
    belt.broker.most_bytes = 100
    value = comment(0)
    async with belt.running():
        await belt.conveyor.put(belt.events(value))
        await belt.until(lambda: belt.acked == [0])
    (letter,) = belt.broker.published
    assert (letter.topic, letter.value) == ("comments.dlq", value)
    assert dict(letter.headers)["__connect.errors.stage"] == b"publish"


async def test_a_dead_letter_too_large_for_the_broker_is_truncated(belt: Belt) -> None:
    belt.broker.most_bytes = 70_000
    async with belt.running():
        await belt.conveyor.put(belt.events(b"x" * 100_000))
        await belt.until(lambda: belt.acked == [0])
    (letter,) = belt.broker.published
    assert letter.value == b"x" * 65_536
    assert dict(letter.headers)["moderator.truncated"] == b"100000"


async def test_batches_are_cut_to_the_latency_budget(metrics: Metrics) -> None:
    belt = Belt(metrics, FakeJudge(), batch_size=50)
    async with belt.running():
        await belt.conveyor.put(belt.events(*(comment(n) for n in range(120))))
        await belt.until(lambda: len(belt.acked) == 120)
    assert max(belt.judge.batches) <= 50
