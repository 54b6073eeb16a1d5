"""Feedback on a topic, confirmed by the broker."""

from __future__ import annotations

import asyncio

import msgspec
from confluent_kafka import KafkaError, KafkaException, Message, Producer

from moderator.errors import BrokerError
from moderator.feedback.record import Feedback
from moderator.kafka.client_config import librdkafka_options
from moderator.policy.overrides import OverrideKeys
from moderator.settings import Settings

_CONFIRM_MS = 5_000
_POLL_S = 0.05


class FeedbackTopic:
    """Publishes to `feedback.topic`; connects at the first piece of feedback.

    A record's key is a keyed hash of community and text: what is decided about a text stays in
    order.
    """

    def __init__(self, settings: Settings) -> None:
        self._topic = settings.feedback.topic
        self._keys = OverrideKeys(settings.cache.secret.get_secret_value())
        self._producer = Producer(
            {
                **librdkafka_options(settings.kafka),
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 5,
                "message.timeout.ms": _CONFIRM_MS,
            }
        )
        self._waiting = 0
        self._polling: asyncio.Task[None] | None = None

    async def put(self, feedback: Feedback) -> None:
        loop = asyncio.get_running_loop()
        confirmed: asyncio.Future[None] = loop.create_future()

        def delivered(error: KafkaError | None, _: Message) -> None:
            if confirmed.done():
                return
            if error is None:
                confirmed.set_result(None)
            else:
                confirmed.set_exception(BrokerError(f"feedback: {error.name()}"))

        try:
            self._producer.produce(
                self._topic,
                msgspec.json.encode(feedback),
                key=self._keys.of(feedback.community, feedback.text),
                on_delivery=delivered,
            )
        except (BufferError, KafkaException) as error:
            raise BrokerError(f"feedback: {type(error).__name__}") from None
        self._waiting += 1
        if self._polling is None or self._polling.done():
            self._polling = asyncio.create_task(self._poll())
        try:
            await confirmed
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        if self._polling is not None:
            self._polling.cancel()
        await asyncio.to_thread(self._producer.flush, _CONFIRM_MS / 1000)

    async def _poll(self) -> None:
        """Serve the client's delivery reports on the event loop while any is awaited."""
        while self._waiting:
            self._producer.poll(0)
            await asyncio.sleep(_POLL_S)
