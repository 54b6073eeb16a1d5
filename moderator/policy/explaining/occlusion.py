"""Which words of a text weigh most: how far its score falls if a word is left out."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

import msgspec

MAX_WORDS = 64
"""Words that are tried, from the start of the text."""

_WORD = re.compile(r"\w[\w'’]*|[^\w\s]+")


class WordWeight(msgspec.Struct, frozen=True):
    """A word, where it stands, and what the score loses without it; below 0 it gains."""

    word: str
    start: int
    end: int
    weight: float


async def word_weights(
    text: str, score: Callable[[Sequence[str]], Awaitable[list[float]]]
) -> list[WordWeight]:
    """The words, the weightiest first. `score` gives one number for each text."""
    spans = [match.span() for match, _ in zip(_WORD.finditer(text), range(MAX_WORDS), strict=False)]
    without = [text[:start] + text[end:] for start, end in spans]
    whole, *rest = await score([text, *without])
    weights = [
        WordWeight(text[start:end], start, end, round(whole - score, 4))
        for (start, end), score in zip(spans, rest, strict=True)
    ]
    return sorted(weights, key=lambda word: -word.weight)
