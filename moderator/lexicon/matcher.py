"""Finds the terms of a lexicon in texts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from moderator.lexicon.dataset import Lexicon
from moderator.lexicon.disguise import Reading, readings
from moderator.lexicon.program import INNOCENT, Kind, Shape, build
from moderator.lexicon.words import LONGEST_WORD
from moderator.records import Match
from moderator.text.normalise import normalise


class Found(NamedTuple):
    """A span of canonical bytes, the number of its term or INNOCENT, and the surface seen."""

    start: int
    end: int
    term: int
    surface: str


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
    "*": "*#^&%+|~{}\\<>", "$": "@$", "!": "!", "-": "-", ".": ".,", "(": "([", ")": ")]", "_": "_", "=": "=",
    "'": "'", "I": "I",
}  # fmt: skip
PLAIN = _plain_table()
CLASSES = _class_table()


class Matcher:
    """Finds all terms of a lexicon in a text in one pass; immutable, safe to share by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._program = build(lexicon)
        self._symbols = {
            char
            for term in lexicon.terms
            for spelling in term.spellings
            for char in spelling
            if not char.isascii() and not char.isalnum()
        }

    def find(self, text: str) -> list[Match]:
        """Every term in `text`, longest first where several begin alike, none overlapping."""
        if not text.isascii():
            return self._find_canonical(text)
        raw = text.encode("ascii")
        signs = self._program.signs.find_matches_as_indexes(_classes(raw))
        plain = self._program.plain.find_matches_as_indexes(_plain(raw), overlapping=True)
        if not signs and not plain:
            return []
        if signs and _has_hidden(text):
            return self._find_canonical(text)
        found = self._all(raw, plain, signs)
        return [self._match(text, f, f.start, f.end) for f in _resolved(found)]

    def _find_canonical(self, text: str) -> list[Match]:
        normal = normalise(text)
        canonical = "".join(
            c if c.isascii() or c.isalnum() or c in self._symbols else " " for c in normal.text
        )
        raw = canonical.encode()
        signs = self._program.signs.find_matches_as_indexes(_classes(raw))
        plain = self._program.plain.find_matches_as_indexes(_plain(raw), overlapping=True)
        matches = []
        at = byte = 0
        for found in _resolved([*self._drawn(raw), *self._all(raw, plain, signs)]):
            at += len(raw[byte : found.start].decode(errors="ignore"))
            end = at + len(raw[found.start : found.end].decode(errors="ignore"))
            byte = found.start
            start, stop = normal.span(at, end)
            matches.append(self._match(text, found, start, stop))
        return matches

    def _match(self, text: str, found: Found, start: int, end: int) -> Match:
        term = self.lexicon.terms[found.term]
        seen = " ".join(text[start:end].lower().replace("-", " ").split())
        return Match(
            start, end, term.id, term.category, term.severity, evasive=seen != found.surface
        )

    def _all(
        self,
        raw: bytes,
        plain: Sequence[tuple[int, int, int]],
        signs: Sequence[tuple[int, int, int]],
    ) -> list[Found]:
        found: list[Found] = []
        spans = [(start - 1, end - 1) for _, start, end in signs]
        padded = _plain(raw)
        judged = -1
        for number, start, end in plain:
            kind, term, surface = self._program.patterns[number]
            if kind is Kind.WHOLE:
                found.append(
                    Found(start, end - 2 if padded[end - 1] == 32 else end - 1, term, surface)
                )
            elif kind is Kind.SIGN:
                spans.append((start - 1, end - 1))
            elif start >= judged:
                first, last = _word(padded, start, end)
                word = padded[first:last].decode(errors="replace")
                for hit in self._program.words.judge(word):
                    begin = first - 1 + len(word[: hit.start].encode())
                    seen = word[hit.start : hit.end]
                    found.append(Found(begin, begin + len(seen.encode()), hit.term, seen))
                judged = last
        if spans:
            spans.sort()
            found += self._drawn(raw)
            found += self._disguised(raw, spans)
        return found

    def _drawn(self, raw: bytes) -> Iterable[Found]:
        """Emoji wherever they are, and figures of ASCII signs that stand alone."""
        program = self._program
        if program.symbols is None:
            return
        padded = b" " + raw.lower() + b" "
        for number, start, end in program.symbols.find_matches_as_indexes(padded):
            alone = padded[start - 1 : start].isspace() and padded[end : end + 1].isspace()
            if alone or not padded[start:end].isascii():
                yield Found(start - 1, end - 1, program.symbol_terms[number], "")

    def _disguised(self, raw: bytes, signs: list[tuple[int, int]]) -> Iterable[Found]:
        windows = _windows(raw, signs)
        starts: list[int] = []  # of each window in `shown`
        shown = bytearray()
        for first, last in windows:
            starts.append(len(shown))
            shown += raw[first:last] + _BREAK
        for reading in readings(bytes(shown)):
            for start, end, term in self._in_reading(reading):
                window = bisect_right(starts, start) - 1
                shift = windows[window][0] - starts[window]
                written = raw[start + shift : end + shift]
                if _signed(signs, start + shift, end + shift) and not _is_number(written):
                    yield Found(start + shift, end + shift, term, "")

    def _in_reading(self, reading: Reading) -> Iterable[tuple[int, int, int]]:
        """(start, end, number of a term) of what is found in the text that was read."""
        squeezed = reading.squeezed
        hits = self._program.squeezed.find_matches_as_indexes(squeezed, overlapping=True)
        if not hits:
            return
        runs, starts, ends = reading.locate()
        judged = -1
        for number, start, end in hits:
            first = start if squeezed[start] != 32 else start + 1
            last = end if squeezed[end - 1] != 32 else end - 1
            for shape in self._program.shapes[number]:
                if _fits(shape, runs[first - 1 : last - 1]):
                    yield starts[first - 1], ends[last - 2], shape.term
            if squeezed[start] != 32 and start >= judged:
                left, right = _word(squeezed, start, end)
                for one, other, term in self._judged(squeezed, runs, left, right):
                    yield starts[one], ends[other], term
                judged = right

    def _judged(
        self, squeezed: bytes, runs: Sequence[int], left: int, right: int
    ) -> Iterable[tuple[int, int, int]]:
        """(first run, last run, term) in a word: with doubled letters kept, then all single."""
        for most in (2, 1):
            where: list[int] = []
            letters = bytearray()
            for at in range(left, right):
                times = runs[at - 1] if runs[at - 1] <= most else 1
                letters += squeezed[at : at + 1] * times
                where += [at - 1] * times
            for hit in self._program.words.judge(letters.decode("latin-1")):
                yield where[hit.start], where[hit.end - 1], hit.term


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


_APART = 3  # bytes: a space and two letters


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
    if not digits:
        return False
    if len(digits) > len(letters) + 1:
        return True
    bare = written.strip(_ALL_DIGITS)
    return (
        len(digits) > 1
        and len(bare) + len(digits) == len(written)
        and (
            (written.endswith(digits) and len(letters) == 1 and len(set(digits)) > 1)
            or (written.startswith(digits) and len(letters) < 3)
        )
    )


_ALL_DIGITS = b"0123456789"
_NO_DIGITS = bytes(b for b in range(256) if b not in _ALL_DIGITS)
_NO_LETTERS = bytes(b for b in range(128) if not chr(b).isalpha())
_LONGEST_SIGN = 8
_BREAK = b" \xff\xff\xff "  # between windows: longer than what is joined, in no term


def _has_hidden(text: str) -> bool:
    """Whether there are controls in an ASCII text that show nothing, so that it reads otherwise."""
    return not text.isprintable() and not "".join(text.split()).isprintable()


def _classes(raw: bytes) -> bytes:
    return b" " + raw.translate(CLASSES) + b" "


def _plain(raw: bytes) -> bytes:
    plain = b" " + raw.translate(PLAIN) + b" "
    if b"'" in plain:
        plain = plain.replace(b" '", b"  ").replace(b"' ", b"  ")
    return plain


def _word(padded: bytes, start: int, end: int) -> tuple[int, int]:
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


def _fits(shape: Shape, runs: Sequence[int]) -> bool:
    """Whether the text shows enough of each letter, and hides about as many as are missing."""
    for at, (least, run) in enumerate(zip(shape.runs, runs, strict=True)):
        if at == shape.mask:
            shown = sum(shape.runs) - 1
            if not 0 <= run - shape.hidden <= (shown > 2):
                return False
        elif run < least:
            return False
    return True


def _resolved(found: Iterable[Found]) -> list[Found]:
    """What remains when the innocent cover what they hold and the longest win."""
    kept: list[Found] = []
    reached = innocent = -1
    for f in sorted(set(found), key=lambda f: (f.start, -f.end, f.term != INNOCENT, not f.surface)):
        if f.term == INNOCENT:
            innocent = max(innocent, f.end)
        elif f.start >= reached and f.end > innocent:
            kept.append(f)
            reached = f.end
    return kept
