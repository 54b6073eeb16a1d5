"""Confirmed publishing in as few calls as aiokafka allows: one request's batch a partition."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)

from moderator.errors import BrokerError
from moderator.kafka.client_config import aiokafka_options
from moderator.settings import Kafka

BATCH_BYTES = 512 * 1024
"""A record batch is closed at this size, below the brokers' default limit of 1 MiB."""

REQUEST_BYTES = 16 * 1024 * 1024
REQUEST_TIMEOUT_S = 20.0

_log = logging.getLogger(__name__)


class OutgoingRecord(NamedTuple):
    """A record on its way out. `partition` is taken modulo the topic's partitions."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """What a call could not publish: to be tried again, or too large for the broker for ever."""

    unconfirmed: list[OutgoingRecord]
    too_large: list[OutgoingRecord]


class OutcomeProducer:
    """Publishes records and waits until every in-sync replica has them.

    A record goes to the partition its comment came from (modulo the topic's partitions), so that
    verdicts of one key keep the order of their comments whichever way the comments were
    partitioned.
    """

    def __init__(self, kafka: Kafka, *, request_timeout_s: float = REQUEST_TIMEOUT_S) -> None:
        self._servers = kafka.bootstrap_servers
        self._producer = AIOKafkaProducer(
            **aiokafka_options(kafka),
            acks="all",
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
            request_timeout_ms=int(request_timeout_s * 1000),
            client_id="moderator",
        )
        self._partitions: dict[str, list[int]] = {}

    async def start(self, topics: Iterable[str]) -> None:
        """Connect, and look that every topic is there. Raises BrokerError."""
        try:
            await self._producer.start()
        except KafkaConnectionError:
            raise BrokerError(
                f"no broker answers at {self._servers}: start one, set kafka.bootstrap_servers, "
                "or run with --embedded"
            ) from None
        except KafkaError as error:
            raise BrokerError(f"the broker at {self._servers} refuses: {_named(error)}") from None
        for topic in topics:
            try:
                found = await self._producer.partitions_for(topic)
            except KafkaError as error:
                raise BrokerError(
                    f"topic {topic!r} cannot be used ({_named(error)}): "
                    "`moderator topics create` makes it, `moderator doctor` looks further"
                ) from None
            self._partitions[topic] = sorted(found)

    async def stop(self) -> None:
        """Close the connections."""
        await self._producer.stop()

    async def publish(self, records: Sequence[OutgoingRecord]) -> Unconfirmed:
        """Publish, await the broker's confirmation, and return what it did not confirm.

        One batch a partition is in flight at a time, so a failure never lets a later record of
        the partition pass an earlier one.
        """
        queues: dict[tuple[str, int], deque[OutgoingRecord]] = {}
        for record in records:
            partitions = self._partitions[record.topic]
            target = record.topic, partitions[record.partition % len(partitions)]
            queues.setdefault(target, deque()).append(record)
        too_large: list[OutgoingRecord] = []
        await asyncio.gather(
            *(self._drain(*target, queue, too_large) for target, queue in queues.items())
        )
        return Unconfirmed([record for queue in queues.values() for record in queue], too_large)

    async def _drain(
        self,
        topic: str,
        partition: int,
        queue: deque[OutgoingRecord],
        too_large: list[OutgoingRecord],
    ) -> None:
        limit = len(queue)
        while queue:
            batch = self._producer.create_batch()
            count = 0
            for record in islice(queue, limit):
                if not batch.append(
                    timestamp=None,
                    key=record.key,
                    value=record.value,
                    headers=list(record.headers),
                ):
                    break
                count += 1
            try:
                await (await self._producer.send_batch(batch, topic, partition=partition))
            except (MessageSizeTooLargeError, RecordListTooLargeError):
                if count == 1:
                    too_large.append(queue.popleft())
                limit = max(1, count // 2)
            except KafkaError as error:
                _log.warning("publishing to %s/%d failed: %s", topic, partition, _named(error))
                return
            else:
                for _ in range(count):
                    queue.popleft()


def _named(error: KafkaError) -> str:
    return type(error).__name__
