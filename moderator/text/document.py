"""A text split into the author's own words and what they quote."""

from __future__ import annotations

from unicodedata import category

import msgspec

from moderator.text.quotes import quotes

_SIGNS_OF_QUOTES = (">", '"', "[", "“", "wrote:", "call", "«", "„")


class Document(msgspec.Struct, frozen=True):
    """One text to score.

    `quotes` are spans (start, end) of `text` in code points that quote someone else;
    `own_words` is the text without them. A text of nothing but quotes says what it quotes: it is
    all its author's own words, and has none.
    """

    text: str
    quotes: tuple[tuple[int, int], ...]
    own_words: str

    @classmethod
    def of(cls, text: str) -> Document:
        """The document of a text: what `moderator.text.quotes` says is quoted, is."""
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
        if not any(map(_says, own_words)):
            return cls(text, (), text)
        return cls(text, found, own_words)


def _says(char: str) -> bool:
    """Whether it is more than punctuation: a letter, a digit, an emoji."""
    return char.isalnum() or category(char) == "So"
