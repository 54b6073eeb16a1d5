"""Makes a dead letter smaller, step by step, until the broker takes it."""

from __future__ import annotations

from moderator.dlq.headers import PREFIX, TRUNCATED
from moderator.records import DeadLetter

_VALUE_BYTES = (65_536, 16_384, 4_096, 1_024, 0)
_KEY_BYTES = 1_024


def shrink(letter: DeadLetter) -> DeadLetter | None:
    """The next smaller form of a dead letter, or None if only our own headers are left.

    The first step drops the producer's headers and cuts value and key; then the value shrinks down
    to nothing, and at last the key goes. A header gives the value's full size.
    """
    headers = dict(letter.headers)
    is_whole = TRUNCATED not in headers
    limits = [size for size in _VALUE_BYTES if size < len(letter.value)]
    ours = tuple(pair for pair in letter.headers if pair[0].startswith(PREFIX))
    mark = (TRUNCATED, headers.get(TRUNCATED) or str(len(letter.value)).encode())
    key = letter.key[:_KEY_BYTES] if letter.key else None
    if is_whole and (len(ours) < len(letter.headers) or key != letter.key):
        return DeadLetter(key=key, value=letter.value[: _VALUE_BYTES[0]], headers=(*ours, mark))
    if limits:
        return DeadLetter(key=key, value=letter.value[: limits[0]], headers=(*ours, mark))
    return DeadLetter(key=None, value=b"", headers=(*ours, mark)) if key else None
