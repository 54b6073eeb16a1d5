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
        pieces += (_masked(text, index, mask) for index in range(first, last))
        done = last
    pieces.append(text[done:])
    return "".join(pieces)


def _masked(text: str, index: int, mask: str) -> str:
    if text[index].isspace():
        return text[index]
    return "" if index and _continues(text, index) else mask


def _continues(text: str, index: int) -> bool:
    """Whether the code point at `index` is displayed as part of the character before it."""
    char = text[index]
    if char.isascii():
        return False
    return (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char == _JOINER
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or (index > 0 and text[index - 1] == _JOINER and not char.isalpha())
    )
