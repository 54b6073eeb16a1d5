"""The worker: Faust hands over raw records, the processor judges and publishes them."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from aiokafka.errors import KafkaError

from moderator.consumer.app import RawSchema, build_app
from moderator.consumer.crash import explain_crash
from moderator.errors import DeadLettersError, ExtraMissingError, HaltError
from moderator.feedback.follower import following
from moderator.http.server import HealthServer
from moderator.messages.words import counted
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.settings import Settings
from moderator.sinks.kafka_failure import observed_connections
from moderator.sinks.registry import build_sink
from moderator.stream.processor import BatchProcessor
from moderator.stream.vitals import Vitals

if TYPE_CHECKING:
    from moderator.api.server import ApiServer

_log = logging.getLogger(__name__)

T = TypeVar("T")

_STOP_S = 5.0
_STEP_S = 0.2


class Worker:
    """One member of the consumer group."""

    def __init__(self, settings: Settings, pipeline: Pipeline, metrics: Metrics) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self._metrics = metrics
        self._app = build_app(settings)
        self._sink = build_sink(settings)
        self._processor = BatchProcessor(pipeline, self._sink, metrics, settings)
        self._vitals = Vitals(settings, self._app, self._processor, metrics)
        self._draining = False
        self._halted = False
        self.lingers = False
        """True if Faust's thread could not be stopped: it would outlive the event loop."""
        self._health = HealthServer(settings.http, metrics.exposition, self.unready)
        self._api = self._build_api() if settings.serve.with_worker else None

    def unready(self) -> str | None:
        """Why the worker is not ready, or None."""
        if self._halted:
            return "halted: too many dead letters"
        if self._draining:
            return "draining"
        return self._vitals.unready() or (self._api.unready() if self._api else None)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what is in flight, commit, and return.

        Raises HaltError, BrokerError or SettingsError; what was not confirmed then stays
        uncommitted, and the next worker takes it again.
        """
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._pipeline.close)
            stack.enter_context(observed_connections(self._metrics.broker_failed))
            await self._health.start()
            stack.push_async_callback(self._health.stop)
            stack.push_async_callback(self._close_sink)
            processing = _task(stack, self._processor.run())
            watching = _task(stack, self._vitals.watch())
            tending = _task(stack, self._vitals.tend())
            stopped = _task(stack, stop.wait())
            _task(stack, self._pipeline.start())
            starting = _task(stack, self._start(stack))
            await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                await _cancel(starting)
                leaving = asyncio.create_task(self._app.stop())
                await asyncio.wait((leaving,), timeout=_STOP_S)
                self.lingers = not leaving.done()
                return
            starting.result()
            if self._api:
                stack.push_async_callback(self._api.stop)
                await self._api.start()
                _log.info("API on %s", self._api.url)
            group = self._settings.stream.group
            _log.info("judging as group %s; page: http://%s/", group, self._health.address)
            tasks = (processing, watching, tending)
            await asyncio.wait((stopped, *tasks), return_when=asyncio.FIRST_COMPLETED)
            try:
                await self._leave(tasks)
            except DeadLettersError as error:
                if self._settings.stream.on_halt == "exit":
                    raise
                await self._hold(error, stop)

    def _build_api(self) -> ApiServer:
        """Raises SettingsError, or ExtraMissingError without the extra `serve`."""
        if importlib.util.find_spec("uvicorn") is None:
            raise ExtraMissingError("serve.with_worker", "serve")
        from moderator.api.server import ApiServer

        return ApiServer(self._settings, self._pipeline, self._metrics)

    async def _start(self, stack: AsyncExitStack) -> None:
        await self._sink.start()
        overrides = self._pipeline.overrides
        await stack.enter_async_context(following(self._settings, overrides, self._metrics))
        self._declare_agent()
        try:
            await self._app.start()
        except KafkaError as error:
            _log.debug("start failed", exc_info=True)
            raise explain_crash(error) from None

    async def _close_sink(self) -> None:
        """Not for as long as a silent broker is waited for: what the sink holds is uncommitted."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                await self._sink.close()

    async def _hold(self, error: DeadLettersError, stop: asyncio.Event) -> None:
        """Stay up, not ready, until `stop`: a restart would only make more dead letters."""
        self._halted = True
        self._metrics.halted.set(1)
        _log.error("%s; no comments are taken until this worker is restarted", error)
        await stop.wait()
        self.lingers = True

    async def _leave(self, tasks: tuple[asyncio.Task[None], ...]) -> None:
        self._draining = True
        failed = any(task.done() for task in tasks)
        # Without a failure Faust waits for our acknowledgements before it commits and leaves.
        self._app.waits_for_streams = not failed
        stopping = asyncio.create_task(self._app.stop())
        drain_s = _STOP_S if failed else self._settings.stream.drain_s
        await self._wait_drained(stopping, drain_s, tasks)
        for task in tasks:
            if task.done():
                _raise_own(task)
        in_flight = len(self._processor.in_flight)
        # Faust's consumer thread may end before Faust has asked it to, which is then an error.
        if stopping.done() and stopping.exception() is None:
            await self._sink.flush()
            _log.info("drained, %s in flight", counted(in_flight, "record"))
        elif in_flight:
            raise HaltError(
                f"{counted(in_flight, 'record')} in flight could not be finished in {drain_s:g} s "
                "(stream.drain_s): they stay uncommitted and will be taken again"
            )
        else:
            self.lingers = True
            _log.warning(
                "left without the group: the broker does not answer, or Faust ended by itself. All "
                "verdicts are published; those since the last commit will be published again"
            )

    async def _wait_drained(
        self, stopping: asyncio.Task[Any], drain_s: float, tasks: tuple[asyncio.Task[None], ...]
    ) -> None:
        """Wait until Faust has stopped, a task failed, time is up, or only the broker's answer is
        missing."""
        deadline = monotonic() + drain_s
        busy_at = monotonic()
        waited = (stopping, *(task for task in tasks if not task.done()))
        while monotonic() < deadline and monotonic() - busy_at < _STOP_S:
            await asyncio.wait(waited, timeout=_STEP_S, return_when=asyncio.FIRST_COMPLETED)
            if any(task.done() for task in waited):
                return
            if self._processor.in_flight:
                busy_at = monotonic()

    def _declare_agent(self) -> None:
        stream = self._settings.stream
        take_s = stream.latency_budget_ms / 1000 * 0.4
        topic = self._app.topic(self._settings.topics.comments, schema=RawSchema())

        async def take(records: Any) -> None:
            # Faust's `take` acknowledges in a `finally`, and so loses a batch that fails.
            async for events in records.noack_take(stream.batch_size, within=take_s):
                await self._processor.put(events)

        self._app.agent(topic, name="moderator", concurrency=1)(take)


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
