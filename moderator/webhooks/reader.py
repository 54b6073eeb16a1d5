"""Verdicts from the topic, read by a consumer group of one endpoint."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from moderator.kafka.client_config import aiokafka_options
from moderator.settings import Settings

_HELD_MS = 7 * 86_400_000
"""How long nothing may be read while events are tried again; the group's heartbeats go on."""
_REBALANCE_MS = 30_000

_log = logging.getLogger(__name__)


class WebhookReader(ConsumerRebalanceListener):  # type: ignore[misc]
    """Members of the group share the partitions; only `commit` moves its offsets.

    A group that has never committed begins at the end of the topic: a new endpoint gets only new
    verdicts. A partition that is added later is read from its beginning.
    """

    def __init__(
        self, settings: Settings, endpoint: str, revoked: Callable[[set[int]], Awaitable[None]]
    ) -> None:
        self._topic = settings.topics.verdicts
        self._revoked = revoked
        self.ready = False
        """Whether partitions are assigned, and where reading begins is known."""
        self._fresh: dict[int, int] = {}
        self._committed: dict[int, int] = {}
        self._consumer = AIOKafkaConsumer(
            **aiokafka_options(settings.kafka),
            group_id=f"{settings.webhooks.group}-{endpoint}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level=settings.kafka.isolation_level,
            max_poll_interval_ms=_HELD_MS,
            rebalance_timeout_ms=_REBALANCE_MS,
        )

    async def start(self) -> None:
        """Join the group. Raises KafkaError."""
        self._consumer.subscribe([self._topic], listener=self)
        await self._consumer.start()

    async def read(self, limit: int, wait_ms: int) -> list[ConsumerRecord]:
        """Up to `limit` records that come within `wait_ms`."""
        if not self.ready:
            await asyncio.sleep(wait_ms / 1000)
            return []
        fetched = await self._consumer.getmany(timeout_ms=wait_ms, max_records=limit)
        return [
            record
            for records in fetched.values()
            for record in records
            # Fetched before the place where reading begins was set.
            if record.offset >= self._fresh.get(record.partition, 0)
        ]

    async def commit(self, offsets: Mapping[int, int]) -> None:
        """Everything before these offsets is done; a commit that fails is made again later."""
        mine = {tp.partition for tp in self._consumer.assignment()}
        wanted = {**self._fresh, **offsets}
        places = {
            TopicPartition(self._topic, partition): offset
            for partition, offset in wanted.items()
            if partition in mine and self._committed.get(partition) != offset
        }
        if not places:
            return
        try:
            await self._consumer.commit(places)
        except (CommitFailedError, IllegalStateError):
            _log.debug("the group moved on: events may come twice")
        except KafkaError as error:
            _log.warning("offsets could not be committed: %s", type(error).__name__)
        else:
            self._committed |= wanted

    async def stop(self) -> None:
        """Give up the partitions, and leave the group."""
        await self.on_partitions_revoked(self._consumer.assignment())
        await self._consumer.stop()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Events in flight of these partitions are another member's to deliver."""
        self.ready = False
        await self._revoked({tp.partition for tp in revoked})
        self._fresh.clear()
        self._committed.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Set where reading begins."""
        await self._begin(list(assigned))
        self.ready = bool(self._consumer.assignment())

    async def _begin(self, assigned: list[TopicPartition]) -> None:
        numbers = self._consumer.partitions_for_topic(self._topic) or set()
        places = [TopicPartition(self._topic, number) for number in sorted(numbers)]
        commits = {tp: await self._consumer.committed(tp) for tp in places}
        new = [tp for tp in assigned if commits.get(tp) is None]
        if not new or any(offset is not None for offset in commits.values()):
            return
        for tp, end in (await self._consumer.end_offsets(new)).items():
            self._consumer.seek(tp, end)
            self._fresh[tp.partition] = end
