"""The few commands of the cache in Redis's wire format, packed at once.

redis-py packs and awaits command by command; a batch writes hundreds, so packing them into one
buffer is several times cheaper. Replies are still read by redis-py and hiredis.
"""

from __future__ import annotations

from collections.abc import Iterable


def pack(*arguments: bytes) -> bytes:
    """One command as a RESP array of bulk strings; binary safe."""
    head = b"*%d\r\n" % len(arguments)
    return head + b"".join([b"$%d\r\n%b\r\n" % (len(part), part) for part in arguments])


def pack_sets(entries: Iterable[tuple[bytes, bytes]], ttl_s: int) -> bytes:
    """`SET key value EX ttl_s` for every entry, one after the other."""
    seconds = b"%d" % ttl_s
    tail = b"$2\r\nEX\r\n$%d\r\n%b\r\n" % (len(seconds), seconds)
    return b"".join(
        [
            b"*5\r\n$3\r\nSET\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n%b"
            % (len(key), key, len(value), value, tail)
            for key, value in entries
        ]
    )
