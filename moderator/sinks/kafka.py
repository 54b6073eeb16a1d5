"""The Kafka sink: confirmed publishing in as few calls as aiokafka allows."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
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
from moderator.kafka.client_config import REQUEST_BYTES, aiokafka_options
from moderator.kafka.topics import require
from moderator.records import Verdict, to_json
from moderator.settings import Kafka, Settings, Topics
from moderator.sinks.base import Outcome, Undelivered
from moderator.sinks.kafka_failure import cause_of

BATCH_BYTES = 512 * 1024
"""A record batch is closed at this size, below the brokers' default limit of 1 MiB."""

REQUEST_TIMEOUT_S = 20.0

_log = logging.getLogger(__name__)


class _Record(NamedTuple):
    outcome: Outcome
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]


class KafkaSink:
    """Publishes verdicts and dead letters, each to its topic, confirmed by all in-sync replicas.

    A record goes to the partition its comment came from (modulo the topic's partitions), so that
    verdicts of one key keep the order of their comments however these were partitioned. Within a
    partition the records of a call are sent as few record batches, one after the other.
    """

    def __init__(
        self, kafka: Kafka, topics: Topics, *, request_timeout_s: float = REQUEST_TIMEOUT_S
    ) -> None:
        self._servers = kafka.bootstrap_servers
        self._kafka = kafka
        self._topics = topics
        self._producer = AIOKafkaProducer(
            **aiokafka_options(kafka),
            acks="all",
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES,
            request_timeout_ms=int(request_timeout_s * 1000),
            metadata_max_age_ms=int(kafka.metadata_refresh_s * 1000),
            client_id="moderator",
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> KafkaSink:
        """One try must not outlast `stream.retry_for_s`, the time that all tries together have."""
        timeout_s = min(REQUEST_TIMEOUT_S, settings.stream.retry_for_s)
        return cls(settings.kafka, settings.topics, request_timeout_s=timeout_s)

    async def start(self) -> None:
        """Connect, and check that every topic exists. Raises BrokerError."""
        try:
            await self._producer.start()
        except KafkaConnectionError:
            raise BrokerError(
                f"no broker answers at {self._servers}: start one, set kafka.bootstrap_servers, "
                "or run with --embedded"
            ) from None
        except KafkaError as error:
            raise BrokerError(f"the broker at {self._servers} refuses: {_name(error)}") from None
        names = self._topics.comments, self._topics.verdicts, self._topics.dead_letters
        # First without naming them to the broker, which may create what it is asked for.
        await asyncio.to_thread(require, self._kafka, names)
        for topic in names:
            try:
                await self._producer.partitions_for(topic)
            except KafkaError as error:
                raise BrokerError(
                    f"topic {topic!r} cannot be used ({_name(error)}): "
                    "`moderator topics create` creates it, `moderator doctor` checks the rest"
                ) from None

    async def publish(self, batch: Sequence[Outcome]) -> Undelivered:
        """Publish, and return what the broker did not confirm.

        One record batch a partition is in flight at a time, so a failure never lets a later record
        of the partition pass an earlier one.
        """
        try:
            partitions_of = {
                topic: sorted(await self._producer.partitions_for(topic))
                for topic in {self._topic(outcome) for outcome in batch}
            }
        except KafkaError as error:
            _log.warning("the topics' partitions are unknown: %s", _name(error))
            return Undelivered(list(batch), causes=[cause_of(error)])
        queues: dict[tuple[str, int], deque[_Record]] = {}
        for outcome in batch:
            topic = self._topic(outcome)
            partitions = partitions_of[topic]
            target = topic, partitions[outcome.partition % len(partitions)]
            queues.setdefault(target, deque()).append(_record(outcome))
        left = Undelivered()
        await asyncio.gather(
            *(self._drain(*target, queue, left) for target, queue in queues.items())
        )
        left.unconfirmed.extend(r.outcome for queue in queues.values() for r in queue)
        return left

    async def flush(self) -> None:
        """Wait for what aiokafka still buffers."""
        await self._producer.flush()

    async def close(self) -> None:
        """Close the connections."""
        await self._producer.stop()

    def _topic(self, outcome: Outcome) -> str:
        if isinstance(outcome.record, Verdict):
            return self._topics.verdicts
        return self._topics.dead_letters

    async def _drain(
        self, topic: str, partition: int, queue: deque[_Record], left: Undelivered
    ) -> None:
        """Publish what is in the queue, in order, and take it out; stops at the first failure."""
        limit = len(queue)
        while queue:
            batch = self._producer.create_batch()
            count = 0
            for record in islice(queue, limit):
                if not batch.append(
                    timestamp=None, key=record.key, value=record.value, headers=record.headers
                ):
                    break
                count += 1
            try:
                await (await self._producer.send_batch(batch, topic, partition=partition))
            except (MessageSizeTooLargeError, RecordListTooLargeError):
                if count == 1:
                    left.too_large.append(queue.popleft().outcome)
                limit = max(1, count // 2)
            except (KafkaError, AssertionError) as error:
                # aiokafka asserts that the partition exists: the topic may have fewer ones now.
                _log.warning("publishing to %s/%d failed: %s", topic, partition, _name(error))
                left.causes.append(cause_of(error))
                return
            else:
                for _ in range(count):
                    queue.popleft()


def _record(outcome: Outcome) -> _Record:
    record = outcome.record
    if isinstance(record, Verdict):
        return _Record(outcome, record.id.encode(), to_json(record), [])
    return _Record(outcome, record.key, record.value, list(record.headers))


def _name(error: Exception) -> str:
    return type(error).__name__
