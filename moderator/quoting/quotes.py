"""The quote detector: spans of a text that quote someone else.

It recognises lines that begin with `>`; mail quotes after `On … wrote:`; closed BBCode `[quote]`
and HTML `<blockquote>` and `<q>`; attributed words (he said "…", she called me a …); words that
are refused or only mentioned (don't call people …, the word …). What follows "I said" or "I called
her" is never a quote, nor is anything left open: an opening mark alone must not hide what comes
after it. Detection scans the text and is linear in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from moderator.quoting.attribution import attributed

Span = tuple[int, int]

_TAGS = (
    ("[quote", "]", "[/quote]"),
    ("<blockquote", ">", "</blockquote>"),
    ("<q", ">", "</q>"),
)
MARKS = (
    ">", '"', "“", "„", "«", "'", "‘", "[quote", "wrote:", "-----", "call", "word", "term", "slur",
)  # fmt: skip
"""A text in lower case without any of these quotes nobody."""
_MAIL_SEPARATORS = ("-----original message-----", "---------- forwarded message")
_MAX_HEADER = 300  # characters of "On … wrote:"


def quotes(text: str) -> tuple[Span, ...]:
    """Spans of quoted text in code points, sorted, none overlapping or touching."""
    lower = lower_case(text)
    return detect(text, lower) if any(mark in lower for mark in MARKS) else ()


def detect(text: str, lower: str) -> tuple[Span, ...]:
    """`quotes` without its fast path; `lower` is `text` in lower case, as long."""
    spans = [*_lines(text, lower), *_tagged(lower), *attributed(text, lower)]
    return tuple(_merged(spans))


def lower_case(text: str) -> str:
    """`text` in lower case, of the same length."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters have longer lower-case forms
        lower = "".join(low if len(low) == 1 else char for char in text for low in [char.lower()])
    return lower


def _lines(text: str, lower: str) -> Iterator[Span]:
    """Lines marked as quoted, and the paragraph after a mail header."""
    start = 0
    announced = started = False
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        bare = lower[start:end].strip()
        if bare.startswith(">"):
            yield start, end
            announced = False
        elif announced and bare:
            yield start, end
            started = True
        elif bare.startswith(_MAIL_SEPARATORS):
            yield end, len(text)
            return
        elif bare or started:
            announced = _announces(bare)
            started = False
        start = end


def is_header(line: str) -> bool:
    """Whether a line only announces a quotation."""
    bare = line.strip().lower()
    return bare.startswith(_MAIL_SEPARATORS) or _announces(bare)


def _announces(line: str) -> bool:
    return line.startswith("on ") and line.endswith("wrote:") and len(line) <= _MAX_HEADER


def _tagged(lower: str) -> Iterator[Span]:
    """Closed tags; only the outermost of nested ones."""
    for opening, end_of_opening, closing in _TAGS:
        if closing not in lower:
            continue
        depth = begin = 0
        for start in _places(lower, opening[0]):
            if lower.startswith(closing, start):
                if depth == 1:
                    yield begin, start + len(closing)
                depth = max(0, depth - 1)
            elif lower.startswith(opening, start):
                after = lower[start + len(opening) : start + len(opening) + 1]
                if after in (end_of_opening, "=", " "):
                    begin = begin if depth else start
                    depth += 1


def _places(text: str, char: str) -> Iterator[int]:
    start = text.find(char)
    while start >= 0:
        yield start
        start = text.find(char, start + 1)


def _merged(spans: list[Span]) -> Iterator[Span]:
    start, end = -1, -1
    for first, last in sorted(spans):
        if first > end:
            if end > start:
                yield start, end
            start = first
        end = max(end, last)
    if end > start:
        yield start, end
