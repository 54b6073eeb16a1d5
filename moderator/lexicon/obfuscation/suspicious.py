"""The suspicious parts of a text: the words around triggers of obfuscation.

Worked example, `a perfectly fine day to you sh1t off and go home`: the trigger is "h1". The part
around it is "to you sh1t off": it includes the words on both sides, in case the disguise continues
there. All parts are joined into one text to be read, and `locate` leads from offsets in it back to
the original.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

_APART = 3  # bytes: a space and two letters
_MAX_TRIGGER = 8  # bytes
_BREAK = b" \xff\xff\xff "  # between parts: no candidate joins across it, and no term holds it
_DIGITS = b"0123456789"
_NO_DIGITS = bytes(b for b in range(256) if b not in _DIGITS)
_NO_LETTERS = bytes(b for b in range(128) if not chr(b).isalpha())


class SuspiciousParts:
    """The parts of a text around triggers, which are sorted spans (start, end)."""

    def __init__(self, raw: bytes, triggers: Sequence[tuple[int, int]]) -> None:
        self._raw = raw
        self._triggers = triggers
        self._parts = _parts(raw, triggers)
        self._starts: list[int] = []
        joined = bytearray()
        for first, last in self._parts:
            self._starts.append(len(joined))
            joined += raw[first:last] + _BREAK
        self.joined = bytes(joined)
        """All parts, one after the other."""

    def locate(self, start: int, end: int) -> tuple[int, int] | None:
        """The span of the text that a span of `joined` came from.

        None if it touches no trigger, or is a number.
        """
        window = bisect_right(self._starts, start) - 1
        shift = self._parts[window][0] - self._starts[window]
        start, end = start + shift, end + shift
        if _near_trigger(self._triggers, start, end) and not _is_number(self._raw[start:end]):
            return start, end
        return None


def _parts(raw: bytes, triggers: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The words that hold a trigger, each widened by one word on both sides, and beyond that by any
    words of one or two letters, which may be one word spelled out: "f u c k"."""
    parts: list[tuple[int, int]] = []
    covered_to = 0
    for start, end in triggers:
        if end < covered_to:
            continue
        first = _back(raw, _back(raw, max(start, 0), covered_to), covered_to)
        while first > covered_to and first - (before := _back(raw, first, covered_to)) <= _APART:
            first = before
        last = _onward(raw, _onward(raw, end))
        while last < len(raw) and (after := _onward(raw, last)) - last <= _APART:
            last = after
        if parts and first <= covered_to:
            parts[-1] = (parts[-1][0], last)
        else:
            parts.append((first, last))
        covered_to = last
    return parts


def _back(raw: bytes, end: int, floor: int) -> int:
    """Start of the word before `end`, but not before `floor`."""
    return max(raw.rfind(b" ", floor, max(end - 1, floor)) + 1, floor)


def _onward(raw: bytes, start: int) -> int:
    """End of the word after `start`."""
    end = raw.find(b" ", start + 1)
    return end if end >= 0 else len(raw)


def _near_trigger(triggers: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a sign lies in or right beside the span; `triggers` are sorted, at most 7 long."""
    index = bisect_left(triggers, (start - _MAX_TRIGGER, 0))
    while index < len(triggers) and triggers[index][0] <= end:
        if triggers[index][1] >= start:
            return True
        index += 1
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
    """Whether a symbol that may stand for a letter joins the span to more letters: "s@turd@y"."""
    after = raw[end : end + _REACH]
    if after[:1] in _JOIN and after.lstrip(_JOINING)[:1].isalnum():
        return True
    before = raw[max(0, start - _REACH) : start]
    if before[-1:] not in _JOIN:
        return False
    return before.rstrip(_JOINING)[-1:].isalnum() or before[-1:] in _JOIN_AHEAD


_REACH = 6  # bytes looked at
_JOINING = b"*#^@$"
_JOIN = frozenset(bytes((byte,)) for byte in _JOINING)
_JOIN_AHEAD = frozenset((b"@", b"$"))
