"""The notation of a term: letters, optional gaps and alternatives.

    fuck            the word itself
    blow job        a space is a gap that may be closed: "blow job", "blow-job", "blowjob"
    the_mf          an underscore is a gap that must be there: "the mf", not "themf"
    die,_mod        a comma before such a gap must be there too: "die, mod"
    [f|ph]u[ck|k]   alternatives: "fuck", "fuk", "phuck", "phuk"
    fa[g]got        a single one may be left out, like an empty one: "faggot", "fagot"
    cod: [c|k]od    a name for the term, if the notation itself would make a poor one

No other character has a meaning, and nothing repeats, so every term stands for a short list of
spellings that is written out when the lexicon is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

MAX_SPELLINGS = 600


class NotationError(ValueError):
    """The notation of a term is wrong; the message says how and at which column."""


def parse(entry: str) -> tuple[str, tuple[str, ...]]:
    """(name, spellings) of an entry; spellings may hold single spaces, for possible gaps."""
    name, colon, notation = entry.partition(": ")
    if not colon:
        name, notation = "", entry
    spellings = expand(notation.strip())
    return (name.strip() or spellings[0]), spellings


def expand(notation: str) -> tuple[str, ...]:
    """Every spelling the notation stands for, in order, without repeats; raises NotationError."""
    parts = _parts(notation)
    count = prod(map(len, parts))
    if count > MAX_SPELLINGS:
        raise NotationError(f"stands for {count} spellings; the limit is {MAX_SPELLINGS}")
    spellings = dict.fromkeys(map(_tidy, map("".join, product(*parts))))
    if "" in spellings:
        raise NotationError("an empty spelling, which would match everywhere")
    return tuple(spellings)


def alternatives(notation: str) -> Iterator[str]:
    """Every string the notation stands for, gaps as they are written; raises NotationError."""
    yield from map("".join, product(*_parts(notation)))


def _parts(notation: str) -> list[tuple[str, ...]]:
    """The choices at each place of the notation; a literal part is the only one at its place."""
    parts: list[tuple[str, ...]] = []
    start = 0
    while start < len(notation):
        opening = notation.find("[", start)
        literal = notation[start : opening if opening >= 0 else len(notation)]
        if "]" in literal or "|" in literal:
            column = start + min(i for i in (literal.find("]"), literal.find("|")) if i >= 0)
            raise NotationError(f"column {column + 1}: '{notation[column]}' outside brackets")
        parts.append((literal,))
        if opening < 0:
            break
        closing = notation.find("]", opening)
        inner = notation[opening + 1 : closing]
        if closing < 0 or "[" in inner:
            raise NotationError(f"column {opening + 1}: '[' is never closed")
        parts.append(tuple(inner.split("|")) if "|" in inner else (inner, ""))
        start = closing + 1
    return parts


def _tidy(spelling: str) -> str:
    """Without the gaps that an alternative left out leaves at the ends, or twice."""
    if spelling.startswith("_") and spelling.endswith("_"):
        return spelling  # a figure such as _|_
    words = (word.strip() for word in spelling.split("_"))
    return "_".join(" ".join(word.split()) for word in words if word)
