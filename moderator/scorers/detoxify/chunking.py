"""Cuts long texts into pieces that fit the model, so that padding hides nothing.

A text that fits is one piece and scores as in Detoxify. A longer one is read twice: in overlapping
windows as long as the model takes, so that every passage is seen in context; and sentence by
sentence, because a window full of harmless words would dilute one abusive sentence. For each label
a text's score is the largest of its pieces'. A text of three sentences of 200 tokens, in a window
of 512: windows 1+2 and 2+3 (a window starts with the end of the one before), and 1, 2, 3 alone,
each cut into parts of at most 48 tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from tokenizers import Tokenizer

from moderator.errors import ModelError

_SENTENCE_TOKENS = 48
"""A longer sentence is cut, between words if it has any."""
_ENDS = re.compile(r"[.!?…]+|[\n。！？।؟]+")
"""Runs that may end a sentence; matched in one linear pass."""
_WIDE_ENDS = "\n。！？।؟"

Span = tuple[int, int]


class Splitter:
    """Cuts a text into pieces of token ids, each at most `window` long."""

    def __init__(self, tokenizer: Tokenizer, window: int) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._window = window
        self._room = window - tokenizer.num_special_tokens_to_add(is_pair=False)

    @classmethod
    def load(cls, path: Path, window: int) -> Splitter:
        """From a `tokenizer.json`. Raises ModelError if it is not one."""
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # noqa: BLE001 - the library raises nothing more precise
            raise ModelError(f"{path}: not a tokenizer: {error}") from None
        return cls(tokenizer, window)

    def pieces(self, text: str) -> list[list[int]]:
        """At least one piece; equal pieces once."""
        encoded = self._tokenizer.encode(text)
        if len(encoded.ids) <= self._window:
            return [encoded.ids]
        offsets = [span for span in encoded.offsets if span[0] < span[1]]
        units = list(self._units(text, offsets))
        spans = [*_windows(units, [_count(offsets, unit) for unit in units], self._room), *units]
        texts = dict.fromkeys(text[start:end].strip() for start, end in spans)
        return [ids for piece in texts if piece for ids in self._fit(piece)]

    def truncated(self, text: str) -> list[int]:
        """The first window of a text, which is all that Detoxify reads."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        encoded.truncate(self._room)
        ids: list[int] = self._tokenizer.post_process(encoded).ids
        return ids

    def _units(self, text: str, offsets: Sequence[Span]) -> Iterator[Span]:
        """Sentences, and parts of sentences that are too long."""
        most = max(min(_SENTENCE_TOKENS, self._room // 8), 1)
        for begin, end in pairwise(_sentence_ends(text)):
            start, first, last = begin, _index(offsets, begin), _index(offsets, end)
            while last - first > most:
                cut = _cut(text, offsets, first, first + most)
                yield start, offsets[cut][0]
                start, first = offsets[cut][0], cut
            if first < last:
                yield start, end

    def _fit(self, piece: str) -> Iterator[list[int]]:
        """A piece's ids; halved if it encodes to more tokens alone than in context."""
        ids = self._tokenizer.encode(piece).ids
        if len(ids) <= self._window or len(piece) < 2:
            yield ids[: self._window]
        else:
            middle = len(piece) // 2
            yield from self._fit(piece[:middle])
            yield from self._fit(piece[middle:])


def _sentence_ends(text: str) -> Iterator[int]:
    """0, the ends of sentences, and the text's end."""
    yield 0
    last = 0
    for match in _ENDS.finditer(text):
        end = match.end()
        if match[0][-1] in _WIDE_ENDS or (end < len(text) and not text[end].isalnum()):
            last = end
            yield end
    if last < len(text):
        yield len(text)


def _index(offsets: Sequence[Span], place: int) -> int:
    """The first token that starts at or after a place."""
    return bisect_left(offsets, (place, 0))


def _count(offsets: Sequence[Span], unit: Span) -> int:
    return _index(offsets, unit[1]) - _index(offsets, unit[0])


def _cut(text: str, offsets: Sequence[Span], first: int, last: int) -> int:
    """The last token in (first, last] before which a word ends, or `last` if none does."""
    for token in range(last, first, -1):
        place = offsets[token][0]
        if text[place].isspace() or text[place - 1].isspace():
            return token
    return last


def _windows(units: Sequence[Span], sizes: Sequence[int], room: int) -> Iterator[Span]:
    """Runs of units of at most `room` tokens, each beginning with the last units of the one before:
    at most an eighth of the room, and at least one unit, since none is longer."""
    first = total = 0
    for i, size in enumerate(sizes):
        if total + size > room:
            yield units[first][0], units[i - 1][1]
            first, total = _overlap(sizes, i, min(room // 8, room - size))
        total += size
    yield units[first][0], units[-1][1]


def _overlap(sizes: Sequence[int], before: int, most: int) -> tuple[int, int]:
    """The first unit to repeat so that at most `most` tokens come again, and how many do."""
    first, total = before, 0
    while first > 0 and total + sizes[first - 1] <= most:
        first -= 1
        total += sizes[first]
    return first, total
