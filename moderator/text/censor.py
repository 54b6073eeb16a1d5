"""Masking of spans in a text."""

from __future__ import annotations

from collections.abc import Iterable


def censor(text: str, spans: Iterable[tuple[int, int]], mask: str = "*") -> str:
    """`text` with each code point inside `spans` replaced by `mask`, everything else untouched."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(spans):
        first = max(start, done)
        if end > first:
            pieces += (text[done:first], mask * (end - first))
            done = end
    pieces.append(text[done:])
    return "".join(pieces)
