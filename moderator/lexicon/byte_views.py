"""A text in bytes as the automata read it: in plain letters, or in classes of signs.

Every view is as long as the text, but for one space of padding on each side.
"""

from __future__ import annotations

from moderator.lexicon.compounds import LONGEST_WORD

_SPACE = ord(" ")


def _plain_table() -> bytes:
    table = bytearray(range(256))
    for byte in range(128):
        char = chr(byte)
        table[byte] = ord(char.lower()) if char.isalnum() or char == "'" else ord(" ")
    return bytes(table)


def _class_table() -> bytes:
    """Letters `a`, `A`, `I`; digits `1`; signs as in _SIGN_CLASSES; hidden controls NUL."""
    table = bytearray(b"a" * 256)
    for byte in range(128):
        char = chr(byte)
        if char.isdigit():
            table[byte] = ord("1")
        elif not char.isalpha():
            table[byte] = ord(" ")
        elif char.isupper():
            table[byte] = ord("A")
        if not char.isprintable() and not char.isspace():
            table[byte] = 0
    for stands, chars in _SIGN_CLASSES.items():
        for char in chars:
            table[ord(char)] = ord(stands)
    return bytes(table)


_SIGN_CLASSES = {
    "*": "*#^&%+|~{}\\<>", "$": "@$", "!": "!", "-": "-", ".": ".,", "(": "([", ")": ")]",
    "_": "_", "=": "=",
    "'": "'", "I": "I",
}  # fmt: skip


_PLAIN = _plain_table()
_CLASSES = _class_table()
_BLANKS = bytes(_SPACE if b < 128 and chr(b).isspace() else b for b in range(256))


def plain(raw: bytes) -> bytes:
    """Lower-case letters and digits, and apostrophes inside words; spaces for all else."""
    view = b" " + raw.translate(_PLAIN) + b" "
    if b"'" in view:
        view = view.replace(b" '", b"  ").replace(b"' ", b"  ")
    return view


def classes(raw: bytes) -> bytes:
    """What kind of character each is: letter, digit, one of a few kinds of signs, or blank."""
    return b" " + raw.translate(_CLASSES) + b" "


def blanked(raw: bytes) -> bytes:
    """The text, unpadded, with every kind of white space as a space."""
    return raw.translate(_BLANKS)


def word_at(padded: bytes, start: int, end: int) -> tuple[int, int]:
    """The bounds of the word around a hit; of an overlong word, a part around the hit."""
    least, most = max(0, start - LONGEST_WORD), min(len(padded), end + LONGEST_WORD)
    first = padded.rfind(b" ", least, start) + 1 or least
    last = padded.find(b" ", end, most)
    last = last if last >= 0 else most
    while first < start and padded[first] & 0xC0 == 0x80:  # amid a UTF-8 sequence
        first += 1
    while last > end and last < len(padded) and padded[last] & 0xC0 == 0x80:
        last -= 1
    return first, last
