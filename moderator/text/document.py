"""A text split into the author's own words and what they quote."""

from __future__ import annotations

import msgspec


class Document(msgspec.Struct, frozen=True):
    """One text to score.

    `quotes` are spans (start, end) of `text` in code points that quote someone else;
    `own_words` is the text without them.
    """

    text: str
    quotes: tuple[tuple[int, int], ...]
    own_words: str

    @classmethod
    def of(cls, text: str) -> Document:
        """The document of a text; lines beginning with `>` are quotes."""
        if not text.startswith(">") and "\n>" not in text:
            return cls(text, (), text)
        quotes: list[tuple[int, int]] = []
        own: list[str] = []
        at = 0
        for line in text.splitlines(keepends=True):
            if line.startswith(">"):
                quotes.append((at, at + len(line)))
            else:
                own.append(line)
            at += len(line)
        return cls(text, tuple(quotes), "".join(own))
