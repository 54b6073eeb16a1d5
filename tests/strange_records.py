"""Produces what ordinary clients do not: strange header names, and tiny records by the million."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import Iterable

from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c_py

_NAME = "NAME"
_BAD_NAME = b"\xff\xfe\x80\x81"
_CRC_AT, _CRC_FROM = 17, 21
_IN_A_BATCH = 20_000
_UNDER_WAY = 8


def with_bad_names(batch: bytes) -> bytes:
    """A record batch with its header names replaced, its checksum right."""
    changed = bytearray(batch.replace(_NAME.encode(), _BAD_NAME))
    struct.pack_into(">I", changed, _CRC_AT, calc_crc32c_py(bytes(changed[_CRC_FROM:])))
    return bytes(changed)


def produce(bootstrap: str, topic: str, records: Iterable[tuple[str, bytes]]) -> None:
    """Publish records by key to partition 0, each with a header of such a name."""
    asyncio.run(_produce(bootstrap, topic, list(records)))


async def _produce(bootstrap: str, topic: str, records: list[tuple[str, bytes]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        batch = producer.create_batch()
        for key, value in records:
            batch.append(timestamp=None, key=key.encode(), value=value, headers=[(_NAME, b"v")])
        data = with_bad_names(bytes(batch._build()))
        batch._buffer = bytearray(data)
        await (await producer.send_batch(batch, topic, partition=0))
    finally:
        await producer.stop()


def flood(bootstrap: str, topic: str, count: int, *, aborted: bool = False) -> None:
    """About `count` tiny records in partition 0; `aborted` ones are those of one transaction."""
    asyncio.run(_flood(bootstrap, topic, count, aborted))


async def _flood(bootstrap: str, topic: str, count: int, aborted: bool) -> None:
    transaction = "flood" if aborted else None
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", transactional_id=transaction,
        transaction_timeout_ms=600_000, max_batch_size=1_000_000,
    )  # fmt: skip
    await producer.start()
    try:
        if aborted:
            await producer.begin_transaction()
        sent: deque[asyncio.Future[object]] = deque()
        for _ in range(0, count, _IN_A_BATCH):
            batch = producer.create_batch()
            for _ in range(_IN_A_BATCH):
                batch.append(timestamp=None, key=None, value=b"{}")
            batch.close()
            sent.append(await producer.send_batch(batch, topic, partition=0))
            if len(sent) > _UNDER_WAY:
                await sent.popleft()
        for one in sent:
            await one
        if aborted:
            await producer.abort_transaction()
    finally:
        await producer.stop()
