"""The topic of events that could not be delivered, with the last failure of each."""

from __future__ import annotations

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from moderator.kafka.client_config import REQUEST_BYTES, aiokafka_options
from moderator.settings import Settings
from moderator.webhooks.event import WebhookEvent


class WebhookDeadLetters:
    """Publishes to `webhooks.dead_letters`: key and header `webhook-id` are the event's id."""

    def __init__(self, settings: Settings) -> None:
        self._topic = settings.webhooks.dead_letters
        self._producer = AIOKafkaProducer(
            **aiokafka_options(settings.kafka), acks="all", max_request_size=REQUEST_BYTES
        )

    async def start(self) -> None:
        """Connect."""
        await self._producer.start()

    async def put(self, endpoint: str, event: WebhookEvent, failure: str) -> bool:
        """Whether the broker has confirmed it."""
        headers = [
            ("webhook-id", event.id.encode()),
            ("webhook-endpoint", endpoint.encode()),
            ("webhook-failure", failure.encode()),
        ]
        try:
            await self._producer.send_and_wait(
                self._topic, event.body, key=event.id.encode(), headers=headers
            )
        except KafkaError:
            return False
        return True

    async def stop(self) -> None:
        """Close the connection."""
        await self._producer.stop()
