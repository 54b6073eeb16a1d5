"""A batch's path: decode, judge, publish, acknowledge; one batch is judged while one is published.

Batches are confirmed and acknowledged strictly in the order they were taken, and none is
acknowledged before all of its verdicts and dead letters are confirmed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, time
from typing import Protocol

from moderator.decoding import Codec
from moderator.dlq.headers import Source, dead_letter, truncated
from moderator.errors import RecordError
from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict
from moderator.settings import Settings
from moderator.sinks.base import Outcome, VerdictSink
from moderator.stream.batch_sizer import AdaptiveBatchSizer
from moderator.stream.dlq_limit import DlqLimit
from moderator.stream.in_flight import Event, InFlight, age_s
from moderator.stream.retry import Backoff

_log = logging.getLogger(__name__)

_TRUNCATED_BYTES = 65_536


class Judge(Protocol):
    """The part of Pipeline that is used here."""

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]: ...


@dataclass(frozen=True, slots=True)
class _Judged:
    events: Sequence[Event]
    outcomes: list[Outcome]
    """One for each event, in order."""
    refused: list[RecordError]


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
        self._batch_sizer = AdaptiveBatchSizer(stream.batch_size, stream.latency_budget_ms / 1000)
        self._taken: asyncio.Queue[Sequence[Event]] = asyncio.Queue(1)
        self._judged: asyncio.Queue[_Judged] = asyncio.Queue(1)
        self.in_flight = InFlight()
        self.retrying = False
        """True while the sink does not confirm and the processor waits to try again."""

    async def put(self, events: Sequence[Event]) -> None:
        """Take a batch; waits while others are ahead, which pauses consumption."""
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
            tasks.create_task(self._judge_all())
            tasks.create_task(self._publish_all())

    async def _judge_all(self) -> None:
        while True:
            events = await self._taken.get()
            start = 0
            while start < len(events):
                part = events[start : start + self._batch_sizer.comments]
                started_s = self._clock()
                judged = await self._judge_part(part)
                self._batch_sizer.observe(len(part), self._clock() - started_s)
                await self._judged.put(judged)
                start += len(part)

    async def _judge_part(self, events: Sequence[Event]) -> _Judged:
        comments: list[Comment] = []
        refused: dict[int, RecordError] = {}
        decode = self._codec.decode
        with self._metrics.stage("decode"):
            for index, event in enumerate(events):
                try:
                    comments.append(decode(event.message.value))
                except RecordError as error:
                    refused[index] = error
        # What any author can cause must not stop the worker.
        self._dlq_limit.observe(
            index in refused and not refused[index].by_author for index in range(len(events))
        )
        verdicts = iter(await self._judge.moderate(comments) if comments else ())
        outcomes = []
        for index, event in enumerate(events):
            if index in refused:
                outcomes.append(_dead_letter(event, refused[index]))
            else:
                outcomes.append(Outcome(event.message.partition, next(verdicts)))
        return _Judged(events, outcomes, list(refused.values()))

    async def _publish_all(self) -> None:
        while True:
            judged = await self._judged.get()
            with self._metrics.stage("publish"):
                await self._confirm(judged)
            self.in_flight.acknowledge(judged.events)
            self._count(judged)

    async def _confirm(self, judged: _Judged) -> None:
        outcomes: Sequence[Outcome] = judged.outcomes
        pauses = self._backoff.pauses("publishing")
        while outcomes:
            left = await self._sink.publish(outcomes)
            smaller = [self._shrink(outcome, judged) for outcome in left.too_large]
            outcomes = [*left.unconfirmed, *smaller]
            if left.unconfirmed:
                self.retrying = True
                self._metrics.retries.labels("publish").inc()
                await asyncio.sleep(next(pauses))
        self.retrying = False

    def _shrink(self, outcome: Outcome, judged: _Judged) -> Outcome:
        """What to publish in place of an outcome that the sink refuses for its size."""
        if isinstance(outcome.record, DeadLetter):
            return Outcome(outcome.partition, truncated(outcome.record, _TRUNCATED_BYTES))
        index = next(i for i, candidate in enumerate(judged.outcomes) if candidate is outcome)
        error = RecordError("publish", "verdict_too_large", "the broker refuses so long a verdict")
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
            _log.info("%d records became dead letters", len(judged.refused))


def _dead_letter(event: Event, error: RecordError) -> Outcome:
    message = event.message
    source = Source(message.topic, message.partition, message.offset)
    letter = dead_letter(source, message.key, message.value, message.headers or (), error)
    return Outcome(message.partition, letter)
