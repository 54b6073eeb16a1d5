"""Message sets as brokers and producers before Kafka 0.11 wrote them: formats 0 and 1."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from aiokafka.record.legacy_records import LegacyRecordBatchBuilder

GZIP, SNAPPY, LZ4 = 1, 2, 3
"""Codecs; 0 is uncompressed."""

_STAMP_MS = int(time.time() * 1000)
"""Recent, since retention goes by it."""


class Format(NamedTuple):
    """How a message set is written: `magic` 0 has no timestamps, 1 has."""

    magic: Literal[0, 1]
    codec: int


FORMATS = tuple(
    Format(magic, codec)
    for magic in (0, 1)
    for codec in (0, GZIP, SNAPPY, LZ4)
    if (magic, codec) != (0, LZ4)  # nobody agreed on its framing
)


def message_set(fmt: Format, first: int, records: Sequence[tuple[str, bytes]]) -> bytes:
    """Keys and values from offset `first` on; a codec packs them into one message, which has the
    offset of the last. Those inside count from 0 in format 1, and as the log does in format 0."""
    builder = LegacyRecordBatchBuilder(fmt.magic, fmt.codec, 1 << 24)
    within = 0 if fmt == (1, fmt.codec) and fmt.codec else first
    for number, (key, value) in enumerate(records):
        builder.append(within + number, _STAMP_MS + number, key.encode(), value)
    data = bytearray(builder.build())
    if fmt.codec:
        struct.pack_into(">q", data, 0, first + len(records) - 1)
    return bytes(data)


def write_log(partition: Path, sets: Iterable[bytes]) -> None:
    """Write these, in place, to the beginning of a partition's first segment."""
    with (partition / f"{0:020}.log").open("r+b") as file:
        file.write(b"".join(sets))
