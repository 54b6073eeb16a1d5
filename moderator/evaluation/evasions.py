"""Ways in which people disguise words: for training, and to measure recall under each."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEET = {
    "a": "@4",
    "e": "3",
    "i": "1!",
    "o": "0",
    "s": "$5",
    "t": "7+",
    "b": "8",
    "l": "1|",
    "g": "9",
}
_TWINS = dict(zip("aeopcyxsijhkt", "аеорсухѕіјһкт", strict=True))
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_EMOJI = "😂🤣🙄😡🔥💯😭👏"

WordChange = Callable[[str, random.Random], str]


def leet(word: str, rng: random.Random) -> str:
    """Digits and signs for letters."""
    return "".join(
        rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < 0.7 else c
        for c in word
    )


def spaced(word: str, rng: random.Random) -> str:
    """Separators between the letters."""
    return rng.choice(" .-_* ").join(word)


def split(word: str, rng: random.Random) -> str:
    """One gap within the word."""
    at = rng.randrange(1, len(word))
    return f"{word[:at]}{rng.choice(' .-')}{word[at:]}"


def dropped(word: str, rng: random.Random) -> str:
    """One inner letter missing."""
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


def swapped(word: str, rng: random.Random) -> str:
    """Two neighbouring letters exchanged, the first one kept."""
    if len(word) < 4:
        return word[0] + word[:0:-1]
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def homoglyphs(word: str, rng: random.Random) -> str:
    """Cyrillic letters that look Latin."""
    return "".join(_TWINS.get(c, c) if rng.random() < 0.7 else c for c in word.lower())


def zero_width(word: str, rng: random.Random) -> str:
    """Characters without width between the letters."""
    return "".join(c + (rng.choice(_INVISIBLE) if rng.random() < 0.5 else "") for c in word)


def repeated(word: str, rng: random.Random) -> str:
    """One letter held down."""
    at = rng.randrange(len(word))
    return word[:at] + word[at] * rng.randrange(3, 7) + word[at + 1 :]


def elongated(word: str, rng: random.Random) -> str:
    """Every vowel drawn out."""
    return "".join(c * rng.randrange(2, 5) if c.lower() in "aeiou" else c for c in word)


def masked(word: str, rng: random.Random) -> str:
    """A star for an inner vowel, or for the first letter after the first."""
    inner = [at for at in range(1, len(word)) if word[at].lower() in "aeiou"] or [1]
    at = rng.choice(inner)
    return word[:at] + "*" + word[at + 1 :]


def mixed_case(word: str, rng: random.Random) -> str:
    """Capitals at random."""
    return "".join(c.upper() if rng.random() < 0.5 else c.lower() for c in word)


def emoji(word: str, rng: random.Random) -> str:
    """Pictographs glued to the word."""
    return rng.choice(_EMOJI) + word + rng.choice(_EMOJI)


def glued(word: str, rng: random.Random) -> str:
    """A letter or two stuck to the end."""
    return word + rng.choice(("z", "s", "x", "zz", "er", "ed"))


EVASIONS: dict[str, WordChange] = {
    "mixed_case": mixed_case, "leet": leet, "spaced": spaced, "split": split, "dropped": dropped,
    "swapped": swapped, "homoglyphs": homoglyphs, "zero_width": zero_width, "repeated": repeated,
    "elongated": elongated, "masked": masked, "emoji": emoji,
}  # fmt: skip


def evade(text: str, change: WordChange, rng: random.Random, share: float = 0.5) -> str:
    """`text` with `change` applied to `share` of its words of three letters and more."""
    return _WORD.sub(
        lambda found: change(found[0], rng) if rng.random() < share else found[0], text
    )


MISSPELT: tuple[WordChange, ...] = (
    dropped, dropped, dropped, split, split, split, swapped, swapped, spaced, spaced, leet,
    elongated, repeated, masked,
)  # fmt: skip
"""What folding cannot wholly undo of a word's spelling, the harder the more often."""
HARD = (*MISSPELT, emoji, emoji)


def disguise(text: str, rng: random.Random, ways: Sequence[WordChange] = HARD) -> str:
    """A training variant: one or two of the `ways` on a random share of the words."""
    for _ in range(rng.choice((1, 1, 2))):
        text = evade(text, rng.choice(ways), rng, rng.choice((0.15, 0.3, 0.6)))
    return text
