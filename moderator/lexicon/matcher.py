"""Finds the terms of a lexicon in texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from moderator.lexicon.dataset import Lexicon
from moderator.lexicon.program import INNOCENT, Found, Kind, build
from moderator.lexicon.unmask import Unmasker
from moderator.lexicon.views import blanked, classes, plain, word_at
from moderator.records import Match
from moderator.text.normalise import normalise

_SPACE = ord(" ")
_Hits = Sequence[tuple[int, int, int]]


class Matcher:
    """Finds all terms of a lexicon in a text in one pass; immutable, safe to share by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._program = build(lexicon)
        self._unmasker = Unmasker(self._program)
        spelled = {char for term in lexicon.terms for s in term.spellings for char in s}
        self._symbols = frozenset(c for c in spelled if not c.isascii() and not c.isalnum())

    def find(self, text: str) -> list[Match]:
        """Every term in `text`, longest first where several begin alike, none overlapping."""
        if not text.isascii():
            return self._find_canonical(text)
        raw = text.encode("ascii")
        view = plain(raw)
        hits = self._program.plain.find_matches_as_indexes(view, overlapping=True)
        signs = self._program.signs.find_matches_as_indexes(classes(raw))
        if not signs and not hits:
            return []
        if signs and _has_hidden(text):
            return self._find_canonical(text)
        found = _resolved(self._all(raw, view, hits, signs))
        return [self._match(text, f, f.start, f.end) for f in found]

    def _find_canonical(self, text: str) -> list[Match]:
        normal = normalise(text)
        raw = self._without_symbols(normal.text).encode()
        view = plain(raw)
        hits = self._program.plain.find_matches_as_indexes(view, overlapping=True)
        signs = self._program.signs.find_matches_as_indexes(classes(raw))
        matches = []
        at = byte = 0
        for found in _resolved([*self._drawn(raw), *self._all(raw, view, hits, signs)]):
            at += len(raw[byte : found.start].decode(errors="ignore"))
            end = at + len(raw[found.start : found.end].decode(errors="ignore"))
            byte = found.start
            matches.append(self._match(text, found, *normal.span(at, end)))
        return matches

    def _without_symbols(self, text: str) -> str:
        """The text with a space for each sign that is no letter and in no term."""
        blank = {
            ord(char): " "
            for char in set(text)
            if not (char.isascii() or char.isalnum() or char in self._symbols)
        }
        return text.translate(blank) if blank else text

    def _match(self, text: str, found: Found, start: int, end: int) -> Match:
        term = self.lexicon.terms[found.term]
        seen = " ".join(text[start:end].lower().replace("-", " ").split())
        evasive = seen != found.surface
        return Match(start, end, term.id, term.category, term.severity, evasive)

    def _all(self, raw: bytes, view: bytes, hits: _Hits, signs: _Hits) -> Iterator[Found]:
        spans = [(start - 1, end - 1) for _, start, end in signs]
        judged = -1
        for number, start, end in hits:
            kind, term, surface = self._program.patterns[number]
            if kind is Kind.WHOLE:
                last = end - 2 if view[end - 1] == _SPACE else end - 1
                yield Found(start, last, term, surface)
            elif kind is Kind.SIGN:
                spans.append((start - 1, end - 1))
            elif start >= judged:
                first, judged = word_at(view, start, end)
                yield from self._judged(view[first:judged], first - 1)
        if spans:
            yield from self._drawn(raw)
            yield from self._unmasker.find(blanked(raw), sorted(spans))

    def _judged(self, part: bytes, shift: int) -> Iterator[Found]:
        word = part.decode(errors="replace")
        for hit in self._program.words.judge(word):
            start = shift + len(word[: hit.start].encode())
            surface = word[hit.start : hit.end]
            yield Found(start, start + len(surface.encode()), hit.term, surface)

    def _drawn(self, raw: bytes) -> Iterator[Found]:
        """Emoji wherever they are, and figures of ASCII signs that stand alone."""
        program = self._program
        if program.symbols is None:
            return
        padded = b" " + raw.lower() + b" "
        for number, start, end in program.symbols.find_matches_as_indexes(padded):
            alone = padded[start - 1 : start].isspace() and padded[end : end + 1].isspace()
            if alone or not padded[start:end].isascii():
                yield Found(start - 1, end - 1, program.symbol_terms[number], "")


def _has_hidden(text: str) -> bool:
    """Whether there are controls in an ASCII text that show nothing, so that it reads otherwise."""
    return not text.isprintable() and not "".join(text.split()).isprintable()


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
