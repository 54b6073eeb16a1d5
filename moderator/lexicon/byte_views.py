"""Byte views of a text that the automata search: plain letters, or classes of characters.

Each view has one byte for each of the text's, and one space of padding at both ends.
"""

from __future__ import annotations

from moderator.lexicon.compounds import MAX_WORD

_SPACE = ord(" ")


def _plain_table() -> bytes:
    table = bytearray(range(256))
    for byte in range(128):
        char = chr(byte)
        table[byte] = ord(char.lower()) if char.isalnum() or char == "'" else ord(" ")
    return bytes(table)


def _class_table() -> bytes:
    """Letters `a`, `A`, `I`; digits `1`; symbols as in _SYMBOL_CLASSES; hidden controls NUL."""
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
    for name, chars in _SYMBOL_CLASSES.items():
        for char in chars:
            table[ord(char)] = ord(name)
    return bytes(table)


_SYMBOL_CLASSES = {
    "*": "*#^&%+|~{}\\<>", "$": "@$", "!": "!", "-": "-", ".": ".,", "(": "([", ")": ")]",
    "_": "_", "=": "=",
    "'": "'", "I": "I",
}  # fmt: skip


_PLAIN = _plain_table()
_CLASSES = _class_table()
_BLANKS = bytes(_SPACE if b < 128 and chr(b).isspace() else b for b in range(256))


def plain(raw: bytes) -> bytes:
    """Lower-case letters and digits, and apostrophes inside words; everything else is a space."""
    view = b" " + raw.translate(_PLAIN) + b" "
    if b"'" in view:
        view = view.replace(b" '", b"  ").replace(b"' ", b"  ")
    return view


def classes(raw: bytes) -> bytes:
    """The class of each character: letter, digit, one of a few kinds of symbols, or blank."""
    return b" " + raw.translate(_CLASSES) + b" "


def blanked(raw: bytes) -> bytes:
    """The text without padding, all white space as spaces."""
    return raw.translate(_BLANKS)


def word_at(padded: bytes, start: int, end: int) -> tuple[int, int]:
    """The bounds of the word around a hit, or of the part around it if the word is overlong."""
    floor, ceiling = max(0, start - MAX_WORD), min(len(padded), end + MAX_WORD)
    first = padded.rfind(b" ", floor, start) + 1 or floor
    last = padded.find(b" ", end, ceiling)
    last = last if last >= 0 else ceiling
    while first < start and padded[first] & 0xC0 == 0x80:  # amid a UTF-8 sequence
        first += 1
    while last > end and last < len(padded) and padded[last] & 0xC0 == 0x80:
        last -= 1
    return first, last
