"""What is acknowledged, when, and in which order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import zip_longest
from time import perf_counter
from typing import Any

import pytest

from moderator.errors import DeadLettersError, HaltError
from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict
from moderator.settings import Settings
from moderator.stream.in_flight import Event
from moderator.stream.processor import BatchProcessor
from moderator.testing import ManualClock
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


@pytest.fixture
def harness(metrics: Metrics) -> Harness:
    return Harness(metrics, FakeJudge())


async def test_verdicts_and_dead_letters_go_out_in_order(harness: Harness) -> None:
    async with harness.running():
        await harness.processor.put(harness.events(comment(0), b"bad", comment(2)))
        await harness.until(lambda: harness.acked == [0, 1, 2])
    assert [outcome.partition for outcome in harness.sink.published] == [0, 1, 2]
    first, letter, third = (outcome.record for outcome in harness.sink.published)
    assert isinstance(first, Verdict)
    assert isinstance(third, Verdict)
    assert (first.id, third.id) == ("c0", "c2")
    assert isinstance(letter, DeadLetter)
    assert letter.value == b"bad"
    assert dict(letter.headers)["__connect.errors.offset"] == b"1"
    assert harness.metrics.registry.get_sample_value(
        "moderator_dead_letters_total", {"stage": "decode", "reason": "not_json"}
    ) == 1  # fmt: skip


async def test_nothing_is_acknowledged_before_the_broker_confirms(harness: Harness) -> None:
    harness.sink.gate.clear()
    async with harness.running():
        await harness.processor.put(harness.events(comment(0)))
        await harness.until(lambda: harness.sink.calls == 1)
        assert harness.acked == []
        assert len(harness.processor.in_flight) == 1
        harness.sink.gate.set()
        await harness.until(lambda: harness.acked == [0])
    assert len(harness.processor.in_flight) == 0


async def test_the_next_batch_is_judged_while_the_last_is_confirmed(harness: Harness) -> None:
    harness.sink.gate.clear()
    async with harness.running():
        await harness.processor.put(harness.events(comment(0)))
        await harness.processor.put(harness.events(comment(1)))
        await harness.until(lambda: len(harness.judge.batches) == 2)
        assert harness.acked == []
        harness.sink.gate.set()
        await harness.until(lambda: harness.acked == [0, 1])


async def test_consumption_pauses_while_the_broker_does_not_confirm(harness: Harness) -> None:
    harness.sink.gate.clear()
    async with harness.running():
        putting = asyncio.create_task(put_many(harness, 10))
        await harness.until(lambda: harness.sink.calls == 1)
        await asyncio.sleep(0.05)
        assert not putting.done()
        assert len(harness.processor.in_flight) < 10
        harness.sink.gate.set()
        await putting
        await harness.until(lambda: harness.acked == list(range(10)))


async def put_many(harness: Harness, count: int) -> None:
    for number in range(count):
        await harness.processor.put(harness.events(comment(number)))


async def test_what_is_not_confirmed_is_tried_again_before_any_acknowledgement(
    harness: Harness,
) -> None:
    harness.sink.failures = 3
    async with harness.running():
        await harness.processor.put(harness.events(*(comment(n) for n in range(5))))
        await harness.until(lambda: harness.acked == [0, 1, 2, 3, 4])
    assert [verdict.id for verdict in harness.sink.verdicts] == ["c0", "c1", "c2", "c3", "c4"]
    assert harness.metrics.registry.get_sample_value(
        "moderator_retries_total", {"operation": "publish"}
    ) == 3  # fmt: skip
    assert not harness.processor.retrying


async def test_the_worker_stops_when_retries_are_used_up(metrics: Metrics) -> None:
    harness = Harness(metrics, FakeJudge(), retry_for_s=0.05, retry_max_ms=5)
    harness.sink.failures = 10**6
    async with harness.running() as task:
        await harness.processor.put(harness.events(*(comment(n) for n in range(10_000))))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(HaltError, match="retry_for_s")
        assert harness.acked == []


async def test_dead_letters_over_the_limit_are_not_published(metrics: Metrics) -> None:
    harness = Harness(metrics, FakeJudge(), dead_letter_run=3)
    async with harness.running() as task:
        await harness.processor.put(harness.events(b"bad", b"bad"))
        await harness.until(lambda: harness.acked == [0, 1])
        await harness.processor.put(harness.events(b"bad", comment(1)))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(DeadLettersError, match="dead_letter_run")
    assert len(harness.sink.published) == 2
    assert harness.acked == [0, 1]


async def test_a_bug_in_the_pipeline_stops_the_worker_and_loses_nothing(metrics: Metrics) -> None:
    def bug(_: Sequence[Comment]) -> None:
        raise ValueError("bug")

    harness = Harness(metrics, FakeJudge(bug))
    async with harness.running() as task:
        await harness.processor.put(harness.events(comment(0)))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup):
            task.result()
    assert harness.acked == []


async def test_a_verdict_too_large_for_the_broker_becomes_a_dead_letter(harness: Harness) -> None:
    harness.sink.verdict_bytes = 100
    value = comment(0)
    async with harness.running():
        await harness.processor.put(harness.events(value))
        await harness.until(lambda: harness.acked == [0])
    (letter,) = harness.sink.letters
    assert letter.value == value
    assert dict(letter.headers)["__connect.errors.stage"] == b"publish"


async def test_a_dead_letter_too_large_for_the_broker_is_truncated(harness: Harness) -> None:
    harness.sink.letter_bytes = 70_000
    async with harness.running():
        await harness.processor.put(harness.events(b"x" * 100_000))
        await harness.until(lambda: harness.acked == [0])
    (letter,) = harness.sink.letters
    assert letter.value == b"x" * 65_536
    assert dict(letter.headers)["moderator.truncated"] == b"100000"


async def test_batches_are_cut_to_the_latency_budget(metrics: Metrics) -> None:
    clock = ManualClock()
    judge = FakeJudge(lambda comments: clock.advance(0.001 * len(comments)))
    harness = Harness(metrics, judge, clock, batch_size=100, latency_budget_ms=50)
    async with harness.running():
        await harness.processor.put(harness.events(*(comment(n) for n in range(100))))
        await harness.processor.put(harness.events(*(comment(n) for n in range(75))))
        await harness.until(lambda: len(harness.acked) == 175)
    # Half the budget is for judging: 25 ms at 1 ms a comment.
    first, *later = harness.judge.batches
    assert first == 100
    assert sum(later) == 75
    assert max(later) == 25


@pytest.mark.parametrize(
    "value",
    [
        b'{"id":"a\\u0000","text":"x"}',
        b'{"id":"\\ud800","text":"x"}',
        b'{"id":"' + b"a" * 1_025 + b'","text":"x"}',
        b'{"id":"a","text":"x\\u0000"}',
        b'{"id":"a","text":"\\ud83d"}',
        b'{"id":"a","text":"' + b"x" * 65_537 + b'"}',
    ],
)
async def test_no_author_can_stop_the_worker(metrics: Metrics, value: bytes) -> None:
    limits: dict[str, Any] = {
        "dead_letter_run": 5,
        "dead_letter_window": 10,
        "dead_letter_ratio": 0.1,
    }
    harness = Harness(metrics, FakeJudge(), **limits)
    async with harness.running() as task:
        await harness.processor.put(harness.events(*[value] * 40))
        await harness.until(lambda: len(harness.acked) == 40 or task.done())
        assert not task.done()


async def test_a_dead_letter_shrinks_down_to_its_headers(harness: Harness) -> None:
    harness.sink.letter_bytes = 500
    async with harness.running():
        await harness.processor.put(harness.events(b"x" * 100_000))
        await harness.until(lambda: harness.acked == [0])
    (letter,) = harness.sink.letters
    assert letter.value == b""
    assert dict(letter.headers)["moderator.truncated"] == b"100000"
    assert harness.sink.calls == 6  # whole, and in five steps


async def test_a_topic_that_takes_no_dead_letter_at_all_is_not_hammered(metrics: Metrics) -> None:
    harness = Harness(metrics, FakeJudge(), retry_for_s=0.2, retry_initial_ms=50, retry_max_ms=50)
    harness.sink.letter_bytes = 10
    async with harness.running() as task:
        await harness.processor.put(harness.events(b"bad"))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(HaltError, match="retry_for_s")
    assert harness.acked == []
    assert harness.sink.calls < 20


def text(number: int, text: str) -> bytes:
    return b'{"id":"c%d","text":"%s"}' % (number, text.encode())


PLAIN = "hello"
HUGE = "word " * 13_000


async def test_expensive_texts_are_judged_apart_and_do_not_hold_up_the_rest(
    metrics: Metrics,
) -> None:
    seen: list[list[int]] = []
    judge = FakeJudge(lambda comments: seen.append([len(c.text) for c in comments]))
    harness = Harness(metrics, judge)
    texts = [HUGE if n % 10 == 0 else PLAIN for n in range(50)]
    async with harness.running():
        events = harness.events(*(text(n, t) for n, t in enumerate(texts)))
        await harness.processor.put(events)
        await harness.until(lambda: len(harness.acked) == 50)
    assert seen == [[len(PLAIN)] * 45, *[[len(HUGE)]] * 5]
    assert harness.acked == list(range(50))
    published = [verdict.id for verdict in harness.sink.verdicts]
    assert published[-5:] == ["c0", "c10", "c20", "c30", "c40"]


async def test_a_batch_is_confirmed_part_by_part(metrics: Metrics) -> None:
    blocked = threading.Event()
    harness = Harness(metrics, SlowJudge(blocked))
    async with harness.running():
        await harness.processor.put(harness.events(text(0, PLAIN), text(1, HUGE), text(2, PLAIN)))
        await harness.until(lambda: len(harness.sink.verdicts) == 2)
        assert harness.processor.in_flight.confirmed == 2
        assert harness.acked == [0]
        # Later batches go on meanwhile.
        await harness.processor.put(harness.events(text(3, PLAIN)))
        await harness.until(lambda: len(harness.sink.verdicts) == 3)
        assert harness.acked == [0]
        blocked.set()
        await harness.until(lambda: harness.acked == [0, 1, 2, 3])


class SlowJudge(FakeJudge):
    """Waits with huge texts until it is let go."""

    def __init__(self, go: threading.Event) -> None:
        super().__init__()
        self._go = go

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]:
        if any(len(comment.text) > 10_000 for comment in comments):
            while not self._go.is_set():  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return await super().moderate(comments)


async def test_a_key_keeps_its_order_behind_an_expensive_text(metrics: Metrics) -> None:
    go = threading.Event()
    harness = Harness(metrics, SlowJudge(go))
    values = [text(0, PLAIN), text(1, HUGE), text(2, PLAIN), text(3, PLAIN)]
    keys = [b"a", b"a", b"a", b"b"]
    async with harness.running():
        await harness.processor.put(harness.events(*values, keys=keys))
        await harness.processor.put(harness.events(text(4, PLAIN), b"bad", keys=[b"a", b"a"]))
        await harness.until(lambda: len(harness.sink.published) == 2)
        go.set()
        await harness.until(lambda: len(harness.acked) == 6)
        # The key has left the slow lane: its next comment need not wait for anything.
        await harness.processor.put(harness.events(text(6, PLAIN), keys=[b"a"]))
        await harness.until(lambda: len(harness.acked) == 7)
    assert [verdict.id for verdict in harness.sink.verdicts] == ["c0", "c3", "c1", "c2", "c4", "c6"]
    assert isinstance(harness.sink.published[-2].record, DeadLetter)


async def test_no_more_is_taken_than_may_be_in_flight(metrics: Metrics) -> None:
    go = threading.Event()
    harness = Harness(metrics, SlowJudge(go), batch_size=2)
    async with harness.running():
        await harness.processor.put(harness.events(text(0, HUGE)))
        putting = asyncio.create_task(put_many(harness, 300))
        await harness.until(lambda: len(harness.processor.in_flight) == 128)
        await asyncio.sleep(0.05)
        assert len(harness.processor.in_flight) == 128
        assert not putting.done()
        go.set()
        await putting
        await harness.until(lambda: len(harness.acked) == 301)
    assert harness.acked == list(range(301))
