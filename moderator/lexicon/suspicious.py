"""Where to look closer: the words around signs of a disguise, and what is a number after all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

_APART = 3  # bytes: a space and two letters
_LONGEST_SIGN = 8  # bytes
_BREAK = b" \xff\xff\xff "  # between windows: longer than what is joined, in no term
_DIGITS = b"0123456789"
_NO_DIGITS = bytes(b for b in range(256) if b not in _DIGITS)
_NO_LETTERS = bytes(b for b in range(128) if not chr(b).isalpha())


class SuspiciousParts:
    """The parts of a text around the signs of a disguise; `signs` are sorted (start, end)."""

    def __init__(self, raw: bytes, signs: Sequence[tuple[int, int]]) -> None:
        self._raw = raw
        self._signs = signs
        self._windows = _windows(raw, signs)
        self._starts: list[int] = []
        shown = bytearray()
        for first, last in self._windows:
            self._starts.append(len(shown))
            shown += raw[first:last] + _BREAK
        self.shown = bytes(shown)
        """All parts, one after the other."""

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """The span of the text that a span of `shown` is, if it is disguised and no number."""
        window = bisect_right(self._starts, start) - 1
        shift = self._windows[window][0] - self._starts[window]
        start, end = start + shift, end + shift
        if _signed(self._signs, start, end) and not _is_number(self._raw[start:end]):
            return start, end
        return None


def _windows(raw: bytes, signs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Parts of the text around the signs: the words they are in, the word on each side, and on
    through words of one or two letters, which may be a word written apart."""
    windows: list[tuple[int, int]] = []
    reached = 0
    for start, end in signs:
        if end < reached:
            continue
        first = _back(raw, _back(raw, max(start, 0), reached), reached)
        while first > reached and first - (before := _back(raw, first, reached)) <= _APART:
            first = before
        last = _onward(raw, _onward(raw, end))
        while last < len(raw) and (after := _onward(raw, last)) - last <= _APART:
            last = after
        if windows and first <= reached:
            windows[-1] = (windows[-1][0], last)
        else:
            windows.append((first, last))
        reached = last
    return windows


def _back(raw: bytes, at: int, least: int) -> int:
    """Where the word that ends before `at` begins."""
    return max(raw.rfind(b" ", least, max(at - 1, least)) + 1, least)


def _onward(raw: bytes, at: int) -> int:
    """The end of the word after `at`."""
    end = raw.find(b" ", at + 1)
    return end if end >= 0 else len(raw)


def _signed(signs: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a sign lies in or right beside the span; `signs` are sorted, at most 7 long."""
    at = bisect_left(signs, (start - _LONGEST_SIGN, 0))
    while at < len(signs) and signs[at][0] <= end:
        if signs[at][1] >= start:
            return True
        at += 1
    return False


def _is_number(written: bytes) -> bool:
    """Whether the digits are a number: "7.5", "1100s", "N64", rather than letters: "b00b5"."""
    digits = written.translate(None, _NO_DIGITS)
    letters = written.translate(None, _NO_LETTERS)
    if len(digits) < 2:
        return False
    if not letters:
        return True
    if len(written.strip(_DIGITS)) + len(digits) > len(written):
        return False  # not all of them together at one end
    if written.endswith(digits):
        return len(letters) == 1 and len(set(digits)) > 1
    return written.startswith(digits) and len(letters) < 3


def joined_by_symbol(raw: bytes, start: int, end: int) -> bool:
    """Whether a sign that may stand for a letter binds the span to more letters: "s@turd@y"."""
    after = raw[end : end + _REACH]
    if after[:1] in _GLUE and after.lstrip(_BINDING)[:1].isalnum():
        return True
    before = raw[max(0, start - _REACH) : start]
    if before[-1:] not in _GLUE:
        return False
    return before.rstrip(_BINDING)[-1:].isalnum() or before[-1:] in _GLUE_AHEAD


_REACH = 6  # bytes looked at
_BINDING = b"*#^@$"
_GLUE = frozenset(bytes((byte,)) for byte in _BINDING)
_GLUE_AHEAD = frozenset((b"@", b"$"))
