"""A batch's path: decode, judge, publish, acknowledge; the next part is judged meanwhile.

Expensive texts go through a lane of their own, one by one, so that a few of them do not hold up
the rest. Parts are published and confirmed one after the other; records are acknowledged strictly
in the order they were taken, each when the outcomes of all records up to it are confirmed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter, time
from typing import Protocol

from moderator.decoding import Codec
from moderator.dlq.headers import Source, dead_letter
from moderator.dlq.shrink import shrink
from moderator.errors import RecordError
from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict
from moderator.settings import Settings
from moderator.sinks.base import Outcome, VerdictSink
from moderator.stream.batch import Item, SlowLane, decode, parts
from moderator.stream.batch_sizer import AdaptiveBatchSizer
from moderator.stream.dlq_limit import DlqLimit
from moderator.stream.in_flight import Event, InFlight, age_s
from moderator.stream.retry import Backoff

_log = logging.getLogger(__name__)

_SLOW_WAITING = 256
"""Limit of expensive comments that wait; above it the other lane waits too."""

_IN_FLIGHT_BATCHES = 64
"""Limit of records in flight, in batches; above it no further ones are taken."""


class Judge(Protocol):
    """The part of Pipeline that is used here."""

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]: ...


@dataclass(frozen=True, slots=True)
class _Judged:
    """Items judged together, and an outcome for each, in order."""

    events: list[Event]
    outcomes: list[Outcome]
    refused: list[RecordError] = field(default_factory=list)


class BatchProcessor:
    """Takes batches of raw records and follows each until its outcomes are confirmed."""

    def __init__(
        self,
        judge: Judge,
        sink: VerdictSink,
        metrics: Metrics,
        settings: Settings,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        stream = settings.stream
        self._judge = judge
        self._sink = sink
        self._metrics = metrics
        self._clock = clock
        self._codec = Codec(keep_extra=stream.carry_comment)
        self._dlq_limit = DlqLimit(
            ratio=stream.dead_letter_ratio,
            window=stream.dead_letter_window,
            run=stream.dead_letter_run,
        )
        self._backoff = Backoff.of(stream)
        self._batch_sizer = AdaptiveBatchSizer(
            2 * stream.batch_size, stream.latency_budget_ms / 1000
        )
        self._max_in_flight = _IN_FLIGHT_BATCHES * stream.batch_size
        self._taken: asyncio.Queue[Sequence[Event]] = asyncio.Queue(1)
        self._slow: asyncio.Queue[Item] = asyncio.Queue(_SLOW_WAITING)
        self._slow_lane = SlowLane()
        self._judged: asyncio.Queue[_Judged] = asyncio.Queue(1)
        self._room = asyncio.Event()
        self.in_flight = InFlight()
        self.retrying = False
        """True while the sink does not confirm and the processor waits to try again."""

    async def put(self, events: Sequence[Event]) -> None:
        """Take a batch; waits while others are ahead, which pauses consumption."""
        while len(self.in_flight) >= self._max_in_flight:
            self._room.clear()
            await self._room.wait()
        self.in_flight.take(events)
        now = time()
        for event in events:
            age = age_s(event.message, now)
            if age is not None:
                self._metrics.queue_seconds.observe(age)
        await self._taken.put(events)

    async def run(self) -> None:
        """Work until cancelled. Raises HaltError; what is in flight then stays unacknowledged."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._judge_fast())
            tasks.create_task(self._judge_slow())
            tasks.create_task(self._publish_all())

    async def _judge_fast(self) -> None:
        while True:
            events = await self._taken.get()
            with self._metrics.stage("decode"):
                items = decode(self._codec, events)
            self._dlq_limit.observe((item.event.message, item.decoded) for item in items)
            fast, slow = self._slow_lane.divide(items)
            for part in parts(fast, lambda: self._batch_sizer.limit):
                started_s = self._clock()
                judged = await self._judge_part(part)
                cost = sum(item.cost for item in part)
                self._batch_sizer.observe(cost, self._clock() - started_s)
                await self._judged.put(judged)
            # Only now, so that no slow item overtakes an earlier one of its key.
            for item in slow:
                await self._slow.put(item)

    async def _judge_slow(self) -> None:
        while True:
            item = await self._slow.get()
            judged = await self._judge_part([item])
            await self._judged.put(judged)
            self._slow_lane.leave(item)

    async def _judge_part(self, items: Sequence[Item]) -> _Judged:
        comments = [item.decoded for item in items if isinstance(item.decoded, Comment)]
        verdicts = iter(await self._judge.moderate(comments) if comments else ())
        judged = _Judged([item.event for item in items], [])
        for item in items:
            if isinstance(item.decoded, RecordError):
                judged.refused.append(item.decoded)
                judged.outcomes.append(_dead_letter(item.event, item.decoded))
            else:
                judged.outcomes.append(Outcome(item.event.message.partition, next(verdicts)))
        return judged

    async def _publish_all(self) -> None:
        while True:
            judged = await self._judged.get()
            with self._metrics.stage("publish"):
                await self._confirm(judged)
            self.in_flight.confirm(judged.events)
            self._room.set()
            self._count(judged)

    async def _confirm(self, judged: _Judged) -> None:
        outcomes: Sequence[Outcome] = judged.outcomes
        pauses = self._backoff.pauses("publishing")
        while outcomes:
            left = await self._sink.publish(outcomes)
            for cause in left.causes:
                self._metrics.broker_failed(cause)
            smaller = [self._shrink(outcome, judged) for outcome in left.too_large]
            stuck = any(a is b for a, b in zip(left.too_large, smaller, strict=True))
            outcomes = [*left.unconfirmed, *smaller]
            if left.unconfirmed or stuck:
                self.retrying = True
                self._metrics.retries.labels("publish").inc()
                await asyncio.sleep(next(pauses))
        self.retrying = False

    def _shrink(self, outcome: Outcome, judged: _Judged) -> Outcome:
        """What to publish in place of an outcome that the sink refuses for its size."""
        if isinstance(outcome.record, DeadLetter):
            letter = shrink(outcome.record)
            if letter is None:
                _log.error(
                    "the dead-letter topic refuses even a dead letter's headers: raise its "
                    "max.message.bytes; `moderator doctor` compares the topics' limits"
                )
                return outcome
            return Outcome(outcome.partition, letter)
        index = next(i for i, candidate in enumerate(judged.outcomes) if candidate is outcome)
        error = RecordError("publish", "verdict_too_large", "the sink refuses it as too large")
        judged.refused.append(error)
        return _dead_letter(judged.events[index], error)

    def _count(self, judged: _Judged) -> None:
        now = time()
        for error in judged.refused:
            self._metrics.dead_letters.labels(error.stage, error.reason).inc()
        for event, outcome in zip(judged.events, judged.outcomes, strict=True):
            age = age_s(event.message, now)
            if age is not None and isinstance(outcome.record, Verdict):
                self._metrics.end_to_end_seconds.observe(age)
        if judged.refused:
            number = len(judged.refused)
            _log.info("dead letters: %d more; `moderator dlq show` shows them", number)


def _dead_letter(event: Event, error: RecordError) -> Outcome:
    message = event.message
    source = Source(message.topic, message.partition, message.offset)
    letter = dead_letter(source, message.key, message.value, message.headers or (), error)
    return Outcome(message.partition, letter)
