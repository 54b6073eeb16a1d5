"""Estimates what judging a text costs, before it is judged."""

from __future__ import annotations

_WORD_BYTES = bytes(byte for byte in range(256) if chr(byte).isalnum() or byte >= 0x80) + b" "
_SIGN = 8
"""A sign counts as this many letters: disguises are looked for around signs."""

_COMMENT_BYTES = 1_024.0
SLOW = 16.0
"""A text of at least this cost (15 KiB of plain words, 2 KiB of signs) is judged on its own."""


def cost_of(text: str) -> float:
    """The estimated cost: 1 for any comment, and 1 for each KiB of plain words; signs count more.

    Linear in the text's length, and far cheaper than judging it.
    """
    data = text.encode("utf-8", "replace")
    signs = len(data.translate(None, _WORD_BYTES))
    return 1.0 + (len(data) + (_SIGN - 1) * signs) / _COMMENT_BYTES
