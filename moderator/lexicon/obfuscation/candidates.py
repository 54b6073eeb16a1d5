"""Candidates: what a disguised text may say, with symbols read as letters, or as masks.

In a candidate every symbol is read in one way, separators are dropped, and each run of one letter
is squeezed to a single letter. Ambiguous symbols give several candidates: "1" is i or l, "*"
separates letters or masks one. Making a candidate takes a few passes of byte translation; where
each of its letters came from is worked out only if something is found in it. Both are linear in
the text. numpy is loaded when it is first needed: the command line starts without it.

Worked example, `$h1t!`: the table of common symbols reads `$` as s, the first table of ambiguous
ones reads `1` as i, the second as l; the exclamation mark at the end of the word is blanked before.
The candidates are " shit " and " shlt ". Squeezed byte 1 ("s") stands for the run of one letter
that begins at byte 0 of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, compress, groupby, repeat
from operator import and_, itemgetter

_SPACE = ord(" ")
_GONE = 0
_SHAPES = (  # several symbols that draw one letter; \x01 pads to their length
    (b"\\/\\/", b"w\x01\x01\x01"),  # before those that are a part of it
    (b"|_|", b"u\x01\x01"), (b"[_]", b"u\x01\x01"), (b"(_)", b"u\x01\x01"),
    (b"|-|", b"h\x01\x01"), (b"/-/", b"h\x01\x01"), (b"/\\/", b"n\x01\x01"),
    (b"|\\|", b"n\x01\x01"), (b"/\\|", b"n\x01\x01"), (b"|V", b"n\x01"), (b"/V", b"n\x01"),
    (b"/\\", b"a\x01"), (b"\\/", b"v\x01"), (b"/v", b"n\x01"), (b"()", b"o\x01"), (b"[]", b"o\x01"),
    (b"|<", b"k\x01"), (b"|)", b"d\x01"), (b"|>", b"p\x01"), (b"|3", b"b\x01"), (b"><", b"x\x01"),
    (b"}{", b"h\x01"), (b"<k", b"ck"), (b"<<", b"c\x01"),
)  # fmt: skip


def _table(pairs: str) -> bytes:
    """256 entries: what each byte is read as; `pairs` alternate a symbol and its letter."""
    table = bytearray(256)
    for byte in range(128):
        char = chr(byte)
        table[byte] = ord(char.lower()) if char.isalpha() else _SPACE if char.isspace() else _GONE
    table[128:] = range(128, 256)
    for symbol, letter in zip(pairs[::2], pairs[1::2], strict=True):
        table[ord(symbol)] = ord(letter)
    return bytes(table)


def _spaced(table: bytes) -> bytes:
    """The table with every symbol that it drops read as a space instead, except the filler."""
    return bytes(
        _SPACE if letter == _GONE and byte > 1 else letter for byte, letter in enumerate(table)
    )


_COMMON = "0o3e4a5s7t@a$s<c* # ^ ~ % "
_FIRST = _table(_COMMON + "1i!i|i6g8b9g2z")
_SECOND = _table(_COMMON + "1l!l|l6b8a9q2rIl+t&a")
_THIRD = _table("0o3e4a5s7t@a$s<c^ ~ % 1i!i|i6g8b9g2z+t#h*u(c{c[c")
_FIRST_APART, _SECOND_APART = _spaced(_FIRST), _spaced(_SECOND)
_MASKED = _table(
    "00112233445566778899**#*@*$s%*^*&*!i~*_*-*.*'*+*=*?*<*>*|*\\*/ , ; : \" ( ) [ ] { } "
)
_AMBIGUOUS = frozenset(b"1!|6892I+&")
_RARE = frozenset(b"+#*([{")
_DROPPED = frozenset(byte for byte in range(2, 128) if _FIRST[byte] == _GONE)
_MASKS = frozenset(byte for byte in range(128) if _MASKED[byte] == ord("*"))
_PUNCTUATION = b"!?.-'_~"  # a mask only inside a word: at its edge it is punctuation
_NO_SQUEEZE = 512  # bytes; above it arrays are faster than a loop


class Candidate:
    """One way to read a text; `squeezed` begins and ends with a space of padding.

    Byte i + 1 of `squeezed` stands for run i of equal letters, which `locate` places in the text.
    """

    def __init__(self, read: bytes, loose: bool = False) -> None:
        self._read = read
        self.loose = loose
        """Whether it joins more pieces than is likely: a last resort."""
        self.squeezed = b" " + _squeeze(read) + b" "

    def locate(self) -> tuple[memoryview, memoryview, memoryview]:
        """(letters, first byte, byte after the last) of every run: three arrays."""
        import numpy as np

        read = np.frombuffer(self._read, np.uint8)
        positions = np.flatnonzero(read)
        kept = read[positions]
        after_run = np.append(np.flatnonzero(kept[1:] != kept[:-1]) + 1, len(kept))
        first = np.append(0, after_run[:-1])
        ends = positions[after_run - 1] + 1
        return (after_run - first).data, positions[first].data, ends.data


def candidates(raw: bytes) -> Iterator[Candidate]:
    """The candidates of text in UTF-8; only ASCII symbols are interpreted, other bytes are kept."""
    symbols = frozenset(raw.translate(None, _LETTERS))
    text = raw
    if symbols & _SHAPED:
        for shape, letter in _SHAPES:
            text = text.replace(shape, letter)
    if symbols & _STROKES:
        text = _without_strokes_at_end(text)
    first = text.translate(_FIRST)
    forms = [first, _joined(first, 1)]
    if symbols & _DROPPED:
        forms.append(text.translate(_FIRST_APART))
    if symbols & _AMBIGUOUS:
        forms.append(text.translate(_SECOND))
        if symbols & _DROPPED:
            forms.append(text.translate(_SECOND_APART))
    if symbols & _RARE:
        forms.append(text.translate(_THIRD))
    for form in dict.fromkeys(forms):
        if form is not None:
            yield Candidate(form)
    if symbols & _MASKS:
        yield Candidate(_masked(raw))
    pairs = _joined(first, 2)
    if pairs is not None:
        yield Candidate(pairs, loose=True)


_LETTERS = bytes(byte for byte in range(256) if chr(byte).isalpha() or byte > 127)
_LETTERS = _LETTERS.replace(b"I", b"")
_STROKES = frozenset(b"!|")
_SHAPED = frozenset(b"|[](){}/\\<>_")


def _without_strokes_at_end(text: bytes) -> bytes:
    """Blank the exclamation marks and bars at the end of words: there they are not an i."""
    words = text.split(b" ")
    for index, word in enumerate(words):
        if word[-1:] in _CLOSERS:
            words[index] = word.rstrip(_CLOSING).ljust(len(word))
    return b" ".join(words)


_CLOSING = b"!|?.,;:)\"'"
_CLOSERS = frozenset(bytes((byte,)) for byte in _CLOSING)


def _joined(read: bytes, size: int) -> bytes | None:
    """`read` without the spaces that lie between two pieces of at most `size` letters."""
    bare = read.replace(b"\0", b"").split(b" ")
    short = bytes(map(_SHORT[size].__getitem__, map(min, map(len, bare), repeat(3))))
    if b"\1\1" not in short:
        return None
    spaces = accumulate(len(piece) + 1 for piece in read.split(b" "))
    out = bytearray(read)
    for after in compress(spaces, map(and_, short, short[1:])):
        out[after - 1] = _GONE
    return bytes(out)


_SHORT = ((), (0, 1, 0, 0), (0, 1, 1, 0))
"""By `size`: whether a piece of 0, 1, 2, or more letters is short."""


def _masked(raw: bytes) -> bytes:
    """Symbols inside words as the mask; punctuation at a word's edge, or alone, as spaces."""
    words = raw.split(b" ")
    for index, word in enumerate(words):
        bare = word.strip(_PUNCTUATION)
        if len(bare) < len(word):
            left = len(word) - len(word.lstrip(_PUNCTUATION))
            words[index] = (b" " * left + bare).ljust(len(word))
    text = b" ".join(words)
    for mark in (b".", b"-", b"_", b"'"):
        if mark in text:  # "f--k" hides letters, "P.S." does not
            text = text.replace(mark * 2, b"**").replace(b"*" + mark, b"**").replace(mark, b" ")
    return text.translate(_MASKED)


def _squeeze(read: bytes) -> bytes:
    kept = read.replace(b"\0", b"")
    if len(kept) < _NO_SQUEEZE:
        return bytes(map(itemgetter(0), groupby(kept)))
    import numpy as np

    letters = np.frombuffer(kept, np.uint8)
    return letters[np.flatnonzero(np.diff(letters, prepend=np.uint8(0)))].tobytes()
