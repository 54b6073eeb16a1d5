"""A text split into the author's own words and what they quote."""

from __future__ import annotations

from unicodedata import category

import msgspec

from moderator.quoting.quotes import is_header, quotes

_SIGNS_OF_QUOTES = (
    ">", '"', "[", "“", "wrote:", "call", "Call", " word ", " term ", " slur ", "«", "„", "-----",
)  # fmt: skip


class Document(msgspec.Struct, frozen=True):
    """One text to score.

    `quotes` are spans (start, end) of `text` in code points that quote someone else;
    `own_words` is the text without them, or all of it where nothing else is said: who only quotes
    answers for what a model finds in it, or a `>` before abuse would hide it.
    """

    text: str
    quotes: tuple[tuple[int, int], ...]
    own_words: str

    @classmethod
    def of(cls, text: str) -> Document:
        """The document of a text: what `moderator.quoting.quotes` says is quoted, is."""
        for sign in _SIGNS_OF_QUOTES:
            if sign in text:
                break
        else:
            return cls(text, (), text)
        found = quotes(text)
        if not found:
            return cls(text, (), text)
        own: list[str] = []
        at = 0
        for start, end in found:
            own.append(text[at:start])
            at = end
        own.append(text[at:])
        own_words = "".join(own)
        said = any(_says(line) for line in own_words.splitlines())
        return cls(text, found, own_words if said else text)


def _says(line: str) -> bool:
    """Whether there is more than punctuation in a line that announces no quotation."""
    return any(char.isalnum() or category(char) == "So" for char in line) and not is_header(line)
