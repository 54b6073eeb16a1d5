"""Triggers of obfuscation: short patterns over kinds of characters that hint at a disguise.

They are searched in the view of `moderator.lexicon.byte_views.classes`, in which a letter is `a`
(or `A`, `I`), a digit `1`, most symbols `*`. So "f*ck" holds the trigger `a*`, "sh1t" `a1`, and
"f u c k" three single letters between gaps.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

_LETTERS = "aAI"
_GAPS = " -."


def trigger_patterns() -> Iterator[str]:
    """Every trigger."""
    for letter in _LETTERS:
        yield from (letter + symbol for symbol in "1*$_")
        yield from (symbol + letter for symbol in "1*$_")
        yield from (f" !{letter}", f"'{letter}'")
        for other in _LETTERS:
            yield from (f"{letter}{symbols}{other}" for symbols in ("!", ".", "--"))
        yield from (f"{letter}!{other}" for other in "1$")
        for a, b, c in product(_GAPS, repeat=3):
            yield from (f"{a}{letter}{b}1{c}", f"{a}1{b}{letter}{c}")
    for spelled in product(_LETTERS, repeat=3):
        for a, b, c, d in product(_GAPS, repeat=4):
            yield f"{a}{spelled[0]}{b}{spelled[1]}{c}{spelled[2]}{d}"
    yield from ("()", "(((", "( )", "(.)", "(*)", "(_)", "aI", "$$", "1=", "a==", "\0")
    yield from (f"_{symbol}_" for symbol in "1!(*)-. ")
