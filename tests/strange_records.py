"""Produces what ordinary clients refuse to: records whose header names are not UTF-8."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterable

from aiokafka import AIOKafkaProducer
from aiokafka.record.util import calc_crc32c_py

_NAME = "NAME"
_BAD_NAME = b"\xff\xfe\x80\x81"
_CRC_AT, _CRC_FROM = 17, 21


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
