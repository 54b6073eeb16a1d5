"""How batches are cut, and what expensive texts do to the rest."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict
from moderator.testing import ManualClock
from tests.unit.stream.fakes import FakeJudge
from tests.unit.stream.harness import Harness, comment, put_many


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
        # The key has left the slow lane: its next comment passes an expensive one of another key.
        go.clear()
        events = harness.events(text(6, HUGE), text(7, PLAIN), keys=[b"b", b"a"])
        await harness.processor.put(events)
        await harness.until(lambda: len(harness.sink.verdicts) == 6)
        go.set()
        await harness.until(lambda: len(harness.acked) == 8)
    order = ["c0", "c3", "c1", "c2", "c4", "c7", "c6"]
    assert [verdict.id for verdict in harness.sink.verdicts] == order
    assert isinstance(harness.sink.published[-3].record, DeadLetter)


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
