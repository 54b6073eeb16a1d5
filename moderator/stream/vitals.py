"""Watches a running worker: is it ready, does it make progress, which partitions are on hold."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from time import monotonic

from aiokafka.errors import KafkaError
from faust.types import TP

from moderator.consumer.app import CommentApp
from moderator.consumer.comments import CommentConsumer, Hold
from moderator.consumer.crash import explain_crash
from moderator.errors import HaltError
from moderator.kafka.lost_offsets import Loss
from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.sinks.kafka_failure import cause_of
from moderator.stream.in_flight import Watchdog
from moderator.stream.processor import BatchProcessor

_log = logging.getLogger(__name__)

_CHECK_EVERY_S = 1.0
_MAX_SILENCE_S = 15.0
_REMIND_EVERY_S = 300.0


class Vitals:
    """The state of a worker; `watch` and `tend` run as tasks beside it."""

    def __init__(
        self, settings: Settings, app: CommentApp, processor: BatchProcessor, metrics: Metrics
    ) -> None:
        self._settings = settings
        self._app = app
        self._processor = processor
        self._metrics = metrics
        self._watchdog = Watchdog()
        self._stalled_s = 0.0
        self._counted: Counter[Loss] = Counter()
        self._reported: dict[TP, tuple[Hold, float]] = {}

    def unready(self) -> str | None:
        """Why the worker is not ready, or None."""
        consumer = self._consumer()
        if consumer is None or not consumer.assignment():
            return "no partition is assigned"
        if not consumer.is_reading:
            return "the committed offsets are being checked"
        if consumer.holds:
            held = ", ".join(f"{tp.partition} ({h.reason})" for tp, h in consumer.holds.items())
            return f"partitions are held until the operator decides, see the log: {held}"
        if consumer.answered_at is None:
            return "the broker has not answered yet"
        # A slow scorer holds fetching back, which is fine as long as batches finish.
        active_at = max(consumer.answered_at, self._processor.in_flight.moved_at)
        if monotonic() - active_at > _MAX_SILENCE_S:
            return "the broker does not answer"
        if self._stalled_s > self._settings.stream.watchdog_s / 2:
            return f"no progress for {self._stalled_s:.0f} s"
        if self._processor.retrying:
            return "publishing is not confirmed"
        return None

    async def watch(self) -> None:
        """Update the metrics every second.

        Raises ModeratorError if the stream ended or hangs, or the broker is silent for too long.
        """
        limit_s = self._settings.stream.watchdog_s
        while True:
            await asyncio.sleep(_CHECK_EVERY_S)
            if self._app.crashed:
                _log.debug("Faust crashed", exc_info=self._app.crash_reason)
                self._metrics.broker_failed(cause_of(self._app.crash_reason))
                raise explain_crash(self._app.crash_reason)
            consumer = self._consumer()
            if consumer is None:
                continue
            self._check_silence(consumer.heard_at)
            if consumer.answered_at is None:
                continue
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

    def _check_silence(self, heard_at: float | None) -> None:
        """Raise HaltError after a long silence: if all brokers have moved, only a restart finds
        them again, through the addresses in the settings."""
        # A group that needs nothing else is heard from once a heartbeat, well within a session.
        stream = self._settings.stream
        limit_s = max(stream.retry_for_s, stream.session_timeout_s)
        if heard_at is not None and monotonic() - heard_at > limit_s:
            raise HaltError(
                f"the broker has not answered for {limit_s:g} s (stream.retry_for_s): stopped, so "
                "that a restart looks for it at kafka.bootstrap_servers again; nothing is lost"
            )

    async def tend(self) -> None:
        """Let the consumer check its partitions; what the broker does not answer is asked again
        later."""
        topic_checked_at = monotonic()
        while True:
            await asyncio.sleep(_CHECK_EVERY_S)
            consumer = self._consumer()
            if consumer is None or self._app.crashed or not consumer.assignment():
                continue
            try:
                await consumer.check()
                if monotonic() - topic_checked_at > self._settings.kafka.metadata_refresh_s:
                    await consumer.check_topic()
                    topic_checked_at = monotonic()
            except KafkaError as error:
                _log.debug("partitions could not be checked: %s", type(error).__name__)
            self._report(consumer.holds, consumer.losses)

    def _report(self, holds: Mapping[TP, Hold], losses: Counter[Loss]) -> None:
        now = monotonic()
        for tp, hold in holds.items():
            last = self._reported.get(tp)
            if last is None or last[0] != hold or now - last[1] > _REMIND_EVERY_S:
                _log.error("%s", hold.message)
                self._reported[tp] = hold, now
        held = Counter(hold.reason for hold in holds.values())
        self._metrics.observe_consumer(
            held, {str(kind): count for kind, count in (losses - self._counted).items()}
        )
        self._counted = losses.copy()

    def _consumer(self) -> CommentConsumer | None:
        consumer = self._app._consumer
        return consumer if isinstance(consumer, CommentConsumer) else None

    def _backlog(
        self, consumer: CommentConsumer, tps: Sequence[TP]
    ) -> dict[int, tuple[int, float]]:
        oldest_s = self._processor.in_flight.oldest_s()
        return {tp.partition: (consumer.lag(tp), oldest_s.get(tp.partition, 0.0)) for tp in tps}
