"""A record that could not be processed, as it is kept for later."""

from __future__ import annotations

import msgspec


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be processed: its bytes unchanged, and where and why it failed."""

    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
