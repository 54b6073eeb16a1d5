"""Sentences of a text, and their places in UTF-16 code units, in one pass."""

from __future__ import annotations

from collections.abc import Sequence

MAX_SENTENCES = 100
_ENDS = ".!?…。！？"
_CLOSERS = "\"')]}»”’"

Span = tuple[int, int]


def sentences(text: str) -> list[Span]:
    """The span of each sentence in code points, without the blanks around it.

    A sentence ends with a line, or with punctuation before a blank. Of more than 100 the last
    takes the rest.
    """
    spans: list[Span] = []
    start, ended = 0, False
    for index, char in enumerate(text):
        if char == "\n" or (ended and char.isspace()):
            _add(text, start, index, spans)
            start, ended = index + 1, False
            if len(spans) == MAX_SENTENCES - 1:
                break
        elif char in _ENDS:
            ended = True
        elif char not in _CLOSERS:
            ended = False
    _add(text, start, len(text), spans)
    return spans


def in_utf16(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans in code points, sorted and without overlap, as spans in UTF-16 code units."""
    in_units = []
    index = units = 0
    for start, end in spans:
        begin = units + _units(text[index:start])
        units = begin + _units(text[start:end])
        index = end
        in_units.append((begin, units))
    return in_units


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _add(text: str, start: int, end: int, spans: list[Span]) -> None:
    sentence = text[start:end]
    left = len(sentence) - len(sentence.lstrip())
    if stripped := sentence.strip():
        spans.append((start + left, start + left + len(stripped)))
