"""Puts comments on the topic; if the broker forgets, waits for their verdicts too."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaError, Message, Producer

from moderator.errors import BrokerError
from moderator.kafka.admin import missing_topics
from moderator.kafka.client_config import MAX_REMEMBERED_ERRORS, librdkafka_options, wait_for_broker
from moderator.kafka.mock_broker import EMBEDDED_CLUSTER
from moderator.kafka.pending import PendingComments
from moderator.kafka.verdict_consumer import VerdictConsumer
from moderator.records import Comment, Verdict, to_json
from moderator.settings import Settings

MAX_PENDING = 2_000
"""Most comments in flight (without a verdict yet) on an embedded broker."""

MAX_PENDING_BYTES = 1024 * 1024
"""The same in bytes of comments: well under the 5 MiB that any one partition keeps."""

_PAUSE_S = 0.005
_CONNECT_S = 10.0
_CONFIRM_S = 60.0

OnVerdicts = Callable[[Sequence[Verdict]], None]


class CommentProducer:
    """Publishes comments, confirmed, with back-pressure; an async context manager.

        async with CommentProducer(settings) as producer:
            await producer.publish(comments)
            await producer.finish()

    With `on_verdicts`, or against an embedded broker, verdicts and dead letters are counted back:
    `publish` waits while too many comments lack one, and `finish` waits for all. Otherwise
    `finish` waits for the broker's confirmation of every comment.
    """

    def __init__(
        self, settings: Settings, on_verdicts: OnVerdicts | None = None, *, silence_s: float = 60.0
    ) -> None:
        self._settings = settings
        self._on_verdicts = on_verdicts
        self._silence_s = silence_s
        self._errors: deque[KafkaError] = deque(maxlen=MAX_REMEMBERED_ERRORS)
        self._producer = Producer(
            {
                "error_cb": self._errors.append,
                **librdkafka_options(settings.kafka),
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 5,
                "queue.buffering.max.kbytes": 65_536,
                "message.timeout.ms": int(_CONFIRM_S * 1000),
            }
        )
        self._consumer: VerdictConsumer | None = None
        self._pending = PendingComments()
        self._failed: str | None = None
        self.embedded = False
        """Whether the broker is an embedded one; known once connected."""
        self.published = 0
        """Comments handed to the broker so far."""
        self.dead_letters = 0
        """Comments that came back as dead letters so far."""

    async def __aenter__(self) -> Self:
        topics = self._settings.topics
        kafka = self._settings.kafka
        # All topics, none by name: asked for one by name, a broker may create it.
        metadata = wait_for_broker(self._producer, kafka, self._errors, _CONNECT_S)
        self.embedded = (metadata.cluster_id or "").startswith(EMBEDDED_CLUSTER)
        if self.embedded:
            for name in (topics.comments, topics.verdicts, topics.dead_letters):
                wait_for_broker(self._producer, kafka, self._errors, _CONNECT_S, name)
        elif topics.comments not in metadata.topics:
            raise missing_topics([topics.comments])
        if self.embedded or self._on_verdicts is not None:
            self._consumer = VerdictConsumer(self._settings)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._consumer is not None:
            self._consumer.close()
        self._producer.purge()
        self._producer.poll(0)

    async def publish(self, comments: Sequence[Comment]) -> None:
        """Hand comments to the broker, in order. Raises BrokerError."""
        for comment in comments:
            value = to_json(comment)
            await self._room_for(len(value))
            while True:
                try:
                    self._producer.produce(
                        self._settings.topics.comments,
                        value,
                        comment.id.encode(),
                        on_delivery=self._delivered,
                    )
                    break
                except BufferError:
                    self._producer.poll(0)
                    await asyncio.sleep(_PAUSE_S)
            self.published += 1
            if self._consumer is not None:
                self._pending.add(comment.id, len(value))
        self._poll()

    async def finish(self) -> None:
        """Wait until every comment is confirmed, and counted back. Raises BrokerError."""
        if self._consumer is None:
            while len(self._producer):
                self._poll()
                await asyncio.sleep(_PAUSE_S)
            self._poll()
        else:
            await self._until(lambda: not self._pending)

    async def _room_for(self, size: int) -> None:
        if self._consumer is None:
            if self.published % 256 == 0:
                self._poll()
        elif (
            len(self._pending) >= MAX_PENDING or self._pending.size_bytes + size > MAX_PENDING_BYTES
        ):
            await self._until(
                lambda: (
                    len(self._pending) < MAX_PENDING // 2
                    and (self._pending.size_bytes + size <= MAX_PENDING_BYTES or not self._pending)
                )
            )

    async def _until(self, done: Callable[[], bool]) -> None:
        answered_at = monotonic()
        while True:
            if self._poll():
                answered_at = monotonic()
            if done():
                return
            if monotonic() - answered_at > self._silence_s:
                raise BrokerError(
                    f"no verdict for {self._silence_s:g} s, {len(self._pending)} comments wait: "
                    "does a worker run on this broker, with the same topics?"
                )
            await asyncio.sleep(_PAUSE_S)

    def _poll(self) -> bool:
        """Serve the client's callbacks; whether verdicts or dead letters came."""
        self._producer.poll(0)
        if self._failed:
            raise BrokerError(self._failed)
        if self._consumer is None:
            return False
        verdicts, dead = self._consumer.read()
        for comment_id in [verdict.id for verdict in verdicts] + dead:
            self._pending.remove(comment_id)
        self.dead_letters += len(dead)
        if verdicts and self._on_verdicts is not None:
            self._on_verdicts(verdicts)
        return bool(verdicts or dead)

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._failed = f"the broker did not take a comment: {error.name()}"
