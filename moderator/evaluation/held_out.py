"""Which texts of a training set are kept for measuring: one in ten, by a hash of the text."""

from __future__ import annotations

from hashlib import blake2b

_ONE_IN = 10


def held_out(text: str) -> bool:
    """Whether no training may see this text; the same on every machine and for every copy."""
    return int.from_bytes(digest(text)) % _ONE_IN == 0


def digest(text: str) -> bytes:
    """An eight-byte hash of a text, ignoring spaces and case, for texts that may not be published."""
    return blake2b(
        " ".join(text.lower().split()).encode("utf-8", "replace"), digest_size=8
    ).digest()
