"""What in a text is quoted from someone else, as far as that can be told soundly.

Lines beginning with `>`; mail quotes after `On … wrote:`; BBCode `[quote]` and HTML
`<blockquote>` and `<q>` that are closed; words attributed to another: he said "…", she called me
a …; words refused or only mentioned: don't call people …, the word …. Never what follows
"I said" or "I called her", and nothing that is left open: an opening mark alone must not hide
what comes after it. All of it is scanning, linear in the text.
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
_MAIL_SEPARATORS = ("-----original message-----", "---------- forwarded message")
_LONGEST_HEADER = 300  # characters of "On … wrote:"


def quotes(text: str) -> tuple[Span, ...]:
    """Spans of quoted text in code points, sorted, none overlapping or touching."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters have longer lower-case forms
        lower = "".join(low if len(low) == 1 else char for char in text for low in [char.lower()])
    found = [*_lines(text, lower), *_tagged(lower), *attributed(text, lower)]
    return tuple(_merged(found))


def _lines(text: str, lower: str) -> Iterator[Span]:
    """Lines marked as quoted, and the paragraph that a mail header announces."""
    at = 0
    announced = started = False
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        bare = lower[at:end].strip()
        if bare.startswith(">"):
            yield at, end
            announced = False
        elif announced and bare:
            yield at, end
            started = True
        elif bare.startswith(_MAIL_SEPARATORS):
            yield end, len(text)
            return
        elif bare or started:
            announced = _announces(bare)
            started = False
        at = end


def is_header(line: str) -> bool:
    """Whether a line only announces that a quotation follows."""
    bare = line.strip().lower()
    return bare.startswith(_MAIL_SEPARATORS) or _announces(bare)


def _announces(line: str) -> bool:
    return line.startswith("on ") and line.endswith("wrote:") and len(line) <= _LONGEST_HEADER


def _tagged(lower: str) -> Iterator[Span]:
    """Closed tags; of nested ones the outermost."""
    for opening, end_of_opening, closing in _TAGS:
        if closing not in lower:
            continue
        depth = begin = 0
        for at in _places(lower, opening[0]):
            if lower.startswith(closing, at):
                if depth == 1:
                    yield begin, at + len(closing)
                depth = max(0, depth - 1)
            elif lower.startswith(opening, at):
                after = lower[at + len(opening) : at + len(opening) + 1]
                if after in (end_of_opening, "=", " "):
                    begin = begin if depth else at
                    depth += 1


def _places(text: str, char: str) -> Iterator[int]:
    at = text.find(char)
    while at >= 0:
        yield at
        at = text.find(char, at + 1)


def _merged(found: list[Span]) -> Iterator[Span]:
    start, end = -1, -1
    for first, last in sorted(found):
        if first > end:
            if end > start:
                yield start, end
            start = first
        end = max(end, last)
    if end > start:
        yield start, end
