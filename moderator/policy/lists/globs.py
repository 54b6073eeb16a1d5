"""Patterns in which `*` stands for anything within a line, found without back-tracking.

A text holds a pattern if it holds the pieces between the stars one after the other; taking the
first place of each is enough, so the time is linear in text and pattern. Where a pattern does not
begin or end with a star it begins or ends at the edge of a word.
"""

from __future__ import annotations

import msgspec

STAR = "*"
_UNSPACED = "\u0e00"
"""From here on are Thai, Chinese, Japanese and others that are written without spaces."""
MIN_PIECE = 3
"""Letters that the longest piece must have: a shorter one would be in any text."""


_MIN_UNSPACED = 2
"""The same in scripts without spaces, whose words are short."""


def is_long(piece: str) -> bool:
    """Whether a piece is long enough not to be in any text."""
    letters = piece.replace(" ", "")
    return len(letters) >= MIN_PIECE or (
        len(letters) >= _MIN_UNSPACED and all(char >= _UNSPACED for char in letters)
    )


class Glob(msgspec.Struct, frozen=True, gc=False):
    """A pattern in pieces; `opens` and `closes` say whether it ends in a star there."""

    pieces: tuple[str, ...]
    opens: bool
    closes: bool

    @classmethod
    def of(cls, pattern: str) -> Glob:
        """The pattern of an entry in canonical form."""
        pieces = tuple(piece for piece in pattern.split(STAR) if piece)
        return cls(pieces, pattern.startswith(STAR), pattern.endswith(STAR))

    def is_in(self, line: str) -> bool:
        """Whether a line in canonical form holds it."""
        position = 0
        last = len(self.pieces) - 1
        for number, piece in enumerate(self.pieces):
            from_edge = number == 0 and not self.opens
            to_edge = number == last and not self.closes
            start = line.find(piece, position)
            while start >= 0 and not (
                (not from_edge or is_edge(line, start))
                and (not to_edge or is_edge(line, start + len(piece)))
            ):
                start = line.find(piece, start + 1)
            if start < 0:
                return False
            position = start + len(piece)
        return True


def is_edge(line: str, index: int) -> bool:
    """Whether a word begins or ends between the characters before and at `index`."""
    return index in (0, len(line)) or not (_joins(line[index - 1]) and _joins(line[index]))


def _joins(char: str) -> bool:
    """Whether a character and the next belong to one word: not in scripts without spaces."""
    return char.isalnum() and char < _UNSPACED
