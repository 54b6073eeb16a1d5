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


def pack_sets(entries: Iterable[tuple[bytes, bytes, int]]) -> bytes:
    """`SET key value EX seconds` for every (key, value, seconds), one after the other."""
    return b"".join(
        [
            b"*5\r\n$3\r\nSET\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n$2\r\nEX\r\n$%d\r\n%d\r\n"
            % (len(key), key, len(value), value, len(str(seconds)), seconds)
            for key, value, seconds in entries
        ]
    )
