"""The worker: Faust hands over raw records, the processor judges and publishes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any, TypeVar

from aiokafka.errors import KafkaError
from faust.types import TP

from moderator.errors import BrokerError, DeadLettersError, HaltError
from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.settings import Settings
from moderator.sinks.registry import build_sink
from moderator.stream.app import CommentConsumer, RawSchema, build_app
from moderator.stream.in_flight import Watchdog
from moderator.stream.processor import BatchProcessor

_log = logging.getLogger(__name__)

T = TypeVar("T")

_CHECK_EVERY_S = 1.0
_MAX_POLL_AGE_S = 30.0
_STOP_S = 5.0


class Worker:
    """One member of the consumer group."""

    def __init__(self, settings: Settings, pipeline: Pipeline, metrics: Metrics) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._metrics = metrics
        self._app = build_app(settings)
        self._sink = build_sink(settings)
        self._processor = BatchProcessor(pipeline, self._sink, metrics, settings)
        self._watchdog = Watchdog()
        self._stalled_s = 0.0
        self._draining = False
        self._halted = False
        self.lingers = False
        """True if Faust's thread could not be stopped: it would outlive the event loop."""
        self._health = HealthServer(settings.http, metrics.exposition, self.unready)

    def unready(self) -> str | None:
        """Why no comments are taken just now, or None if all is well."""
        consumer = self._consumer()
        if self._halted:
            return "halted: too many dead letters"
        if self._draining:
            return "draining"
        if consumer is None or consumer.polled_at is None or not consumer.assignment():
            return "no partition is assigned"
        # A slow scorer holds polling back, which is fine as long as batches finish.
        active_at = max(consumer.polled_at, self._processor.in_flight.moved_at)
        if monotonic() - active_at > _MAX_POLL_AGE_S:
            return "the broker has not been polled lately"
        if self._stalled_s > self._settings.stream.watchdog_s / 2:
            return f"no progress for {self._stalled_s:.0f} s"
        if self._processor.retrying:
            return "publishing is not confirmed"
        return None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what is in flight, commit, and return.

        Raises HaltError, BrokerError or SettingsError; what was not confirmed then stays
        uncommitted, and the next worker takes it again.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._pipeline.close)
            await self._health.start()
            stack.push_async_callback(self._health.stop)
            stack.push_async_callback(self._sink.close)
            processing = _task(stack, self._processor.run())
            watching = _task(stack, self._watch())
            stopped = _task(stack, stop.wait())
            starting = _task(stack, self._start())
            await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                await _cancel(starting)
                leaving = asyncio.create_task(self._app.stop())
                await asyncio.wait((leaving,), timeout=_STOP_S)
                self.lingers = not leaving.done()
                return
            starting.result()
            group = self._settings.stream.group
            _log.info("worker of group %s, http://%s", group, self._health.address)
            await asyncio.wait((stopped, processing, watching), return_when=asyncio.FIRST_COMPLETED)
            try:
                await self._leave(processing, watching)
            except DeadLettersError as error:
                if self._settings.stream.on_halt == "exit":
                    raise
                await self._hold(error, stop)

    async def _start(self) -> None:
        await self._sink.start()
        self._declare_agent()
        try:
            await self._app.start()
        except KafkaError as error:
            raise BrokerError(f"the broker went away at start: {type(error).__name__}") from None

    async def _hold(self, error: DeadLettersError, stop: asyncio.Event) -> None:
        """Stay up, not ready, until `stop`: a restart would only make more dead letters."""
        self._halted = True
        self._metrics.halted.set(1)
        _log.error("%s; no comments are taken until this worker is restarted", error)
        await stop.wait()
        self.lingers = True

    async def _leave(self, processing: asyncio.Task[None], watching: asyncio.Task[None]) -> None:
        self._draining = True
        failed = processing.done() or watching.done()
        # Without a failure Faust waits for our acknowledgements before it commits and leaves.
        self._app.waits_for_streams = not failed
        stopping = asyncio.create_task(self._app.stop())
        drain_s = _STOP_S if failed else self._settings.stream.drain_s
        waited = (stopping,) if failed else (stopping, processing)
        await asyncio.wait(waited, timeout=drain_s, return_when=asyncio.FIRST_COMPLETED)
        for task in (processing, watching):
            if task.done():
                _raise_own(task)
        if not stopping.done():
            raise HaltError(
                f"what was in flight could not be finished in {drain_s:g} s (stream.drain_s): "
                "it stays uncommitted and will be taken again"
            )
        stopping.result()
        await self._sink.flush()
        _log.info("drained, %d records in flight", len(self._processor.in_flight))

    def _declare_agent(self) -> None:
        stream = self._settings.stream
        take_s = stream.latency_budget_ms / 1000 * 0.4
        topic = self._app.topic(self._settings.topics.comments, schema=RawSchema())

        async def take(records: Any) -> None:
            # Faust's `take` acknowledges in a `finally`, and so loses a batch that fails.
            async for events in records.noack_take(stream.batch_size, within=take_s):
                await self._processor.put(events)

        self._app.agent(topic, name="moderator", concurrency=1)(take)

    def _consumer(self) -> CommentConsumer | None:
        consumer = self._app._consumer
        return consumer if isinstance(consumer, CommentConsumer) else None

    async def _watch(self) -> None:
        limit_s = self._settings.stream.watchdog_s
        while True:
            await asyncio.sleep(_CHECK_EVERY_S)
            if self._app.crashed:
                raise BrokerError(f"Faust stopped: {type(self._app.crash_reason).__name__}")
            consumer = self._consumer()
            if consumer is None or consumer.polled_at is None:
                continue
            await consumer.check_gaps()
            assigned: Sequence[TP] = sorted(consumer.assignment())
            self._metrics.set_backlog(self._backlog(consumer, assigned))
            waiting = any([await consumer.behind(tp) for tp in assigned])
            self._stalled_s = self._watchdog.observe(
                {tp: consumer.committed(tp) for tp in assigned},
                self._processor.in_flight.confirmed,
                waiting=waiting and not self._processor.retrying,
            )
            if self._stalled_s > limit_s:
                raise HaltError(
                    f"records wait and none was finished for {self._stalled_s:.0f} s "
                    "(stream.watchdog_s): a scorer hangs, or the stream is stuck"
                )

    def _backlog(
        self, consumer: CommentConsumer, tps: Sequence[TP]
    ) -> dict[int, tuple[int, float]]:
        oldest_s = self._processor.in_flight.oldest_s()
        backlog = {}
        for tp in tps:
            lag = (consumer.highwater(tp) or 0) - (consumer.committed(tp) or 0)
            backlog[tp.partition] = max(0, lag), oldest_s.get(tp.partition, 0.0)
        return backlog


def _task(stack: AsyncExitStack, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.create_task(work)
    stack.push_async_callback(_cancel, task)
    return task


async def _cancel(task: asyncio.Task[Any]) -> None:
    # Its result was examined where it matters; here it only has to have ended.
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _raise_own(task: asyncio.Task[None]) -> None:
    error = task.exception()
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if error is not None:
        raise error
