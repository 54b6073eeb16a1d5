"""Folding of single characters: the lower-case ASCII letters that a character reads as.

Sources: Unicode character names, categories and decompositions (the `unicodedata` module), and
the lookalikes of UTS #39 in `confusables.txt`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

_LATIN = re.compile(
    r"(?:LATIN (?:SMALL |CAPITAL )?LETTER |LATIN |MODIFIER LETTER )(?:SMALL |CAPITAL )*"
    r"(?:(?:TURNED|REVERSED|OPEN|INSULAR|SIDEWAYS|DOTLESS|LONG|BROKEN|CLOSED|SCRIPT|STRETCHED"
    r"|BLACKLETTER|ROUND|HALF|INVERTED|BARRED) )*([A-Z])(?: WITH .*)?"
)
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
_PUNCTUATION = {
    **dict.fromkeys("‘’‚‛′ʼʻʹ`´＇", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹣－⁃", "-"),
    **dict.fromkeys("…‥。．․·•∙⋅", "."),
    **dict.fromkeys("∗⁎✱✲✳✶⋆★☆＊", "*"),
    **dict.fromkeys("∥‖¦｜❘", "|"),
    "¡": "!",
    "ǃ": "!",
    "⁄": "/",
    "∕": "/",
    "˳": ".",
    "§": "$",
    "†": "+",
    "‡": "+",
    "‹": "<",
    "›": ">",
}
_EMOJI_LETTERS = ((0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26), (0xE0061, 0))


@lru_cache(maxsize=1)
def lookalikes() -> dict[str, str]:
    """Character → the Latin letters (lower case) it looks like, from the data file."""
    return {char: letters for letters, chars, _ in _data() for char in chars}


@lru_cache(maxsize=1)
def distant() -> frozenset[str]:
    """The characters that pass for Latin letters only in fancy writing: я for r, и for n."""
    return frozenset(char for _, chars, close in _data() if not close for char in chars)


def _data() -> Iterator[tuple[str, str, bool]]:
    """(letters, characters, whether UTS #39 lists them) of each line of the data file."""
    close = True
    data = files("moderator.text").joinpath("confusables.txt").read_text(encoding="utf-8")
    for line in data.splitlines():
        if line.startswith("#"):
            close = close and not line.startswith(_SECOND_PART)
        elif line:
            letters, characters = line.split("\t")
            yield letters, characters, close


_SECOND_PART = "# Second part"


@lru_cache(maxsize=1 << 16)
def fold(char: str) -> str:
    """The folded form of one character: lower-case ASCII if it reads as such.

    Empty for characters that show nothing or only decorate (controls, formats, combining marks); a
    space for any blank; otherwise one or a few characters, each of which folds to itself.
    """
    if char.isascii():
        hidden = not char.isprintable() and not char.isspace()
        return "" if hidden else char.lower()
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Mn", "Me"):
        return ""
    if category[0] in "ZC" or char in _BLANK:
        return " "
    read = _PUNCTUATION.get(char) or _letter(char)
    if read is not None:
        return read
    kept = keep(char)
    return kept if kept == char else "".join(map(fold, kept))


@lru_cache(maxsize=1 << 16)
def keep(char: str) -> str:
    """The character in its own script: lower case, compatibility forms and marks resolved."""
    lower = unicodedata.normalize("NFKC", char).lower()
    bare = "".join(c for c in lower if unicodedata.category(c)[0] not in "MCZ")
    return bare if len(bare) == 1 and _settled(bare) else char


def _settled(char: str) -> bool:
    return unicodedata.normalize("NFKC", char).lower() == char


@lru_cache(maxsize=1 << 16)
def script(char: str) -> str:
    """The script of a letter, from the first word of its name: CYRILLIC, GREEK; else empty."""
    return unicodedata.name(char, "").partition(" ")[0] if char.isalpha() else ""


def _letter(char: str) -> str | None:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    for first, count in _EMOJI_LETTERS:
        if first <= ord(char) < first + count:
            return chr(ord("a") + ord(char) - first)
    named = _LATIN.fullmatch(unicodedata.name(char, ""))
    if named:
        return named[1].lower()
    table = lookalikes()
    seen = table.get(char) or table.get(char.lower())
    if seen is not None:
        return seen
    return _decomposed(char, table)


def _decomposed(char: str, table: dict[str, str]) -> str | None:
    """Letters and digits of a compatibility form (ﬁ, Ⓐ, ｆ, ⁵), but of no symbol such as ™."""
    enclosed = 0x2460 <= ord(char) < 0x2500 or 0x1F100 <= ord(char) < 0x1F200
    if unicodedata.category(char) == "So" and not enclosed:
        return None
    parts = unicodedata.normalize("NFKD", char).casefold()
    bare = "".join(c for c in parts if unicodedata.category(c)[0] not in "MC")
    read = "".join(table.get(c, c.lower()) for c in bare)
    if enclosed:
        read = read.strip("()., ")
    return read if read.isascii() and read.isalnum() else None
