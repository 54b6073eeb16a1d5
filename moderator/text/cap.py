"""Cuts texts to the size up to which they are judged."""

from __future__ import annotations

_MAX_BYTES_PER_CHARACTER = 4


def cut(text: str, max_bytes: int) -> str:
    """The text itself, or its beginning of at most `max_bytes` bytes of UTF-8.

    A beginning keeps the offsets of matches true.
    """
    if len(text) * _MAX_BYTES_PER_CHARACTER <= max_bytes:
        return text
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= max_bytes:
        return text
    return data[:max_bytes].decode("utf-8", "ignore")
