"""Record batches as a broker would send them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from aiokafka.record.default_records import DefaultRecordBatchBuilder

Headers = Sequence[tuple[str, bytes]]


def batch(
    first: int,
    values: Sequence[bytes],
    *,
    epoch: int = 0,
    headers: Headers = (),
    compression: int = 0,
) -> bytes:
    """One batch of records with these values, starting at offset `first`."""
    builder = DefaultRecordBatchBuilder(2, compression, False, -1, -1, -1, 1 << 20)
    for number, value in enumerate(values):
        builder.append(number, 1_000 + number, b"key", value, list(headers))
    data = bytearray(builder.build())
    # Neither is covered by the checksum: the broker sets both.
    struct.pack_into(">q", data, 0, first)
    struct.pack_into(">i", data, 12, epoch)
    return bytes(data)
