"""A document: one text, with what it quotes and the words its author wrote themselves."""

from __future__ import annotations

from unicodedata import category

import msgspec

from moderator.language import UNKNOWN, Guess, guess
from moderator.quoting.quotes import is_header, quotes


class Document(msgspec.Struct, frozen=True):
    """One text to score.

    `quotes` are spans (start, end) of `text`, in code points, that quote someone else.
    `unquoted_text` is the text without them, or the whole text if nothing else is left: otherwise
    a `>` in front would hide any abuse from a model. `language` is a guess from that text.
    """

    text: str
    quotes: tuple[tuple[int, int], ...]
    unquoted_text: str
    language: Guess = UNKNOWN

    @classmethod
    def of(cls, text: str) -> Document:
        """The document of a text, its quotes found by `moderator.quoting.quotes`."""
        spans = quotes(text)
        if not spans:
            return cls(text, (), text, guess(text))
        parts: list[str] = []
        position = 0
        for start, end in spans:
            parts.append(text[position:start])
            position = end
        parts.append(text[position:])
        unquoted = "".join(parts)
        says_more = any(_says(line) for line in unquoted.splitlines())
        own = unquoted if says_more else text
        return cls(text, spans, own, guess(own))


def _says(line: str) -> bool:
    """Whether a line holds more than punctuation, and does not just announce a quotation."""
    return any(char.isalnum() or category(char) == "So" for char in line) and not is_header(line)
