"""From the topic of verdicts to one endpoint: several events at a time, none lost."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic, time

from aiokafka import ConsumerRecord

from moderator.metrics import Metrics
from moderator.records import decoded_or_none, verdict_from_json
from moderator.settings import Settings, WebhookEndpoint
from moderator.webhooks.deadletters import WebhookDeadLetters
from moderator.webhooks.delivery import WebhookDelivery
from moderator.webhooks.event import WebhookEvent, event_of
from moderator.webhooks.reader import WebhookReader
from moderator.webhooks.window import DeliveryWindow

_TURN_MS = 200
_COMMIT_EVERY_S = 1.0
_DEAD_LETTER_PAUSE_S = 5.0

_log = logging.getLogger(__name__)


class Dispatcher:
    """Delivers the events its endpoint wants, each at least once, those of a comment in order.

    It reads the topic of verdicts in a consumer group of its own, so no receiver can delay a
    worker, the topic, or another endpoint. Up to `webhooks.in_flight` events are tried at the same
    time; while all of them fail, further verdicts wait in the topic. An offset is committed once
    every event before it was delivered or is a dead letter. Since an event becomes a dead letter
    after `webhooks.retry_for_s`, no receiver blocks its own endpoint forever either.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        endpoint: WebhookEndpoint,
        delivery: WebhookDelivery,
        dead_letters: WebhookDeadLetters,
        metrics: Metrics,
    ) -> None:
        self._name = name
        self._endpoint = endpoint
        self._delivery = delivery
        self._dead_letters = dead_letters
        self._dead = metrics.webhook_dead_letters.labels(name)
        self._oldest = metrics.webhook_oldest.labels(name)
        self._limit = settings.webhooks.in_flight
        self._window = DeliveryWindow()
        self._reader = WebhookReader(settings, name, self._revoked)
        self._tasks: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._last: dict[str, asyncio.Task[None]] = {}
        self._failure: BaseException | None = None

    @property
    def ready(self) -> bool:
        """Whether it reads."""
        return self._reader.ready

    async def run(self) -> None:
        """Work until cancelled; what is in flight then is delivered after the next start.

        Raises KafkaError, or whatever a delivery raised.
        """
        await self._reader.start()
        try:
            next_commit = monotonic()
            while self._failure is None:
                room = self._limit - len(self._window)
                if room:
                    for record in await self._reader.read(room, _TURN_MS):
                        self._take(record)
                else:
                    await asyncio.wait(
                        self._tasks.values(),
                        timeout=_TURN_MS / 1000,
                        return_when=asyncio.FIRST_COMPLETED,
                    )
                oldest = self._window.oldest_s()
                self._oldest.set(0.0 if oldest is None else max(0.0, time() - oldest))
                if monotonic() >= next_commit:
                    next_commit = monotonic() + _COMMIT_EVERY_S
                    await self._reader.commit(self._window.committable())
            raise self._failure
        finally:
            await self._reader.stop()  # gives up the partitions, which commits what is done

    def _take(self, record: ConsumerRecord) -> None:
        partition, offset = record.partition, record.offset
        verdict = decoded_or_none(verdict_from_json, record.value)
        event = event_of(self._name, self._endpoint, verdict) if verdict else None
        if verdict is None or event is None:
            self._window.passed(partition, offset)
            return
        self._window.take(partition, offset, record.timestamp / 1000)
        before = self._last.get(verdict.id)
        task = asyncio.create_task(self._deliver(event, partition, offset, before))
        self._tasks[partition, offset] = self._last[verdict.id] = task
        task.add_done_callback(lambda done: self._ended(done, verdict.id, partition, offset))

    async def _deliver(
        self, event: WebhookEvent, partition: int, offset: int, before: asyncio.Task[None] | None
    ) -> None:
        if before is not None:
            await asyncio.wait((before,))
        failure = await self._delivery.deliver(event)
        if failure is not None:
            while not await self._dead_letters.put(self._name, event, failure):
                _log.error("%s: no dead letter could be written, trying again", self._name)
                await asyncio.sleep(_DEAD_LETTER_PAUSE_S)
            self._dead.inc()
        self._window.done(partition, offset)

    def _ended(self, task: asyncio.Task[None], comment: str, partition: int, offset: int) -> None:
        if not task.cancelled():
            # A bug: the event stays uncommitted, and the process ends rather than stand still.
            self._failure = self._failure or task.exception()
        if self._tasks.get((partition, offset)) is task:
            del self._tasks[partition, offset]
        if self._last.get(comment) is task:
            del self._last[comment]

    async def _revoked(self, partitions: set[int]) -> None:
        for (partition, _), task in list(self._tasks.items()):
            if partition in partitions:
                task.cancel()
        await self._reader.commit(self._window.committable())
        self._window.forget(partitions)
