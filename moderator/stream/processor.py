"""The way of a batch: decode, judge, publish, acknowledge; two batches on the way at a time.

While the broker confirms one batch the next is judged. Batches are confirmed and acknowledged
strictly in the order they were taken, and none is acknowledged before all of its verdicts and
dead letters are confirmed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, time
from typing import Protocol

from moderator.decoding import Codec
from moderator.dlq.headers import Source, dead_letter, truncated
from moderator.errors import RecordError
from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict, to_json
from moderator.settings import Settings
from moderator.stream.batch_sizer import AdaptiveBatchSizer
from moderator.stream.dlq_limit import DlqLimit
from moderator.stream.in_flight import Event, InFlight, age_s
from moderator.stream.producer import OutgoingRecord, Unconfirmed
from moderator.stream.retry import Backoff

_log = logging.getLogger(__name__)

_TRUNCATED_BYTES = 65_536


class Judge(Protocol):
    """The part of Pipeline that is used here."""

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]: ...


class Publisher(Protocol):
    """The part of OutcomeProducer that is used here."""

    async def publish(self, records: Sequence[OutgoingRecord]) -> Unconfirmed: ...


@dataclass(frozen=True, slots=True)
class _Judged:
    events: Sequence[Event]
    records: list[OutgoingRecord]
    """One for each event, in order."""
    refused: list[RecordError]


class BatchProcessor:
    """Takes batches of raw records and sees each to its confirmed end."""

    def __init__(
        self, judge: Judge, publisher: Publisher, metrics: Metrics, settings: Settings
    ) -> None:
        stream = settings.stream
        self._judge = judge
        self._publisher = publisher
        self._metrics = metrics
        self._topics = settings.topics
        self._codec = Codec(max_text_bytes=stream.max_text_bytes, keep_extra=stream.carry_comment)
        self._guard = DlqLimit(
            ratio=stream.dead_letter_ratio,
            window=stream.dead_letter_window,
            run=stream.dead_letter_run,
        )
        self._backoff = Backoff.of(stream)
        self._size = AdaptiveBatchSizer(stream.batch_size, stream.latency_budget_ms / 1000)
        self._taken: asyncio.Queue[Sequence[Event]] = asyncio.Queue(1)
        self._judged: asyncio.Queue[_Judged] = asyncio.Queue(1)
        self.in_flight = InFlight()
        self.retrying = False
        """True while the broker does not confirm and the conveyor waits to try again."""

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
        """Work until cancelled. Raises HaltError; what is in hand then stays unacknowledged."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._judge_all())
            tasks.create_task(self._publish_all())

    async def _judge_all(self) -> None:
        while True:
            events = await self._taken.get()
            start = 0
            while start < len(events):
                part = events[start : start + self._size.comments]
                began = perf_counter()
                judged = await self._judge_part(part)
                self._size.observe(len(part), perf_counter() - began)
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
        self._guard.observe(index in refused for index in range(len(events)))
        verdicts = iter(await self._judge.moderate(comments) if comments else ())
        topic = self._topics.verdicts
        records = []
        for index, event in enumerate(events):
            if index in refused:
                records.append(self._to_dead_letters(event, refused[index]))
            else:
                verdict = next(verdicts)
                value = to_json(verdict)
                partition = event.message.partition
                records.append(OutgoingRecord(topic, partition, verdict.id.encode(), value))
        return _Judged(events, records, list(refused.values()))

    def _to_dead_letters(self, event: Event, error: RecordError) -> OutgoingRecord:
        message = event.message
        source = Source(message.topic, message.partition, message.offset)
        letter = dead_letter(source, message.key, message.value, message.headers or (), error)
        return self._outgoing(message.partition, letter)

    def _outgoing(self, partition: int, letter: DeadLetter) -> OutgoingRecord:
        topic = self._topics.dead_letters
        return OutgoingRecord(topic, partition, letter.key, letter.value, letter.headers)

    async def _publish_all(self) -> None:
        while True:
            judged = await self._judged.get()
            with self._metrics.stage("publish"):
                await self._confirm(judged)
            self.in_flight.acknowledge(judged.events)
            self._count(judged)

    async def _confirm(self, judged: _Judged) -> None:
        records: Sequence[OutgoingRecord] = judged.records
        pauses = self._backoff.pauses("publishing to the broker")
        while records:
            left = await self._publisher.publish(records)
            smaller = [self._shrink(record, judged) for record in left.too_large]
            records = [*left.unconfirmed, *smaller]
            if left.unconfirmed:
                self.retrying = True
                self._metrics.retries.labels("publish").inc()
                await asyncio.sleep(next(pauses))
        self.retrying = False

    def _shrink(self, record: OutgoingRecord, judged: _Judged) -> OutgoingRecord:
        """What to publish instead of a record that the broker refuses for its size."""
        if record.topic == self._topics.dead_letters:
            letter = DeadLetter(key=record.key, value=record.value, headers=tuple(record.headers))
            return self._outgoing(record.partition, truncated(letter, _TRUNCATED_BYTES))
        index = next(i for i, one in enumerate(judged.records) if one is record)
        error = RecordError("publish", "verdict_too_large", "the broker refuses so long a verdict")
        judged.refused.append(error)
        return self._to_dead_letters(judged.events[index], error)

    def _count(self, judged: _Judged) -> None:
        now = time()
        for error in judged.refused:
            self._metrics.dead_letters.labels(error.stage, error.reason).inc()
        for event, record in zip(judged.events, judged.records, strict=True):
            age = age_s(event.message, now)
            if age is not None and record.topic == self._topics.verdicts:
                self._metrics.end_to_end_seconds.observe(age)
        if judged.refused:
            _log.info("%d records became dead letters", len(judged.refused))
