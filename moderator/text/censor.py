"""Masking of spans in a text, one mask for each character that a reader sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_JOINER = "\u200d"


def censor(text: str, spans: Iterable[tuple[int, int]], mask: str = "*") -> str:
    """`text` with each character inside `spans` replaced by `mask`, everything else untouched.

    Marks, joiners and modifiers are masked with the character they belong to, even if a span ends
    before them. White space inside a span stays.
    """
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        first = max(start, done)
        if first >= end:
            continue
        while first > done and _continues(text, first):
            first -= 1
        last = end
        while last < len(text) and _continues(text, last):
            last += 1
        pieces.append(text[done:first])
        pieces += (_masked(text, at, mask) for at in range(first, last))
        done = last
    pieces.append(text[done:])
    return "".join(pieces)


def _masked(text: str, at: int, mask: str) -> str:
    if text[at].isspace():
        return text[at]
    return "" if at and _continues(text, at) else mask


def _continues(text: str, at: int) -> bool:
    """Whether the code point at `at` is displayed as part of the character before it."""
    char = text[at]
    if char.isascii():
        return False
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or (at > 0 and text[at - 1] == _JOINER and not char.isalpha())
    )
