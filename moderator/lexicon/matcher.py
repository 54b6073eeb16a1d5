"""Finds the terms of a lexicon in texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from moderator.lexicon.byte_views import blanked, classes, plain, word_at
from moderator.lexicon.compiler import INNOCENT, Found, Kind, build
from moderator.lexicon.dataset import Lexicon
from moderator.lexicon.deobfuscate import Deobfuscator
from moderator.lexicon.suspicious import joined_by_symbol
from moderator.records import Match
from moderator.text.normalise import normalise

MOST_MATCHES = 500
"""Places found in one text after which the search ends: the text is beyond saving."""
_SPACE = ord(" ")
_Hits = Sequence[tuple[int, int, int]]


class Matcher:
    """Finds all terms of a lexicon in a text in one pass; immutable, safe to share by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._program = build(lexicon)
        self._unmasker = Deobfuscator(self._program)
        spelled = {char for term in lexicon.terms for s in term.spellings for char in s}
        self._symbols = frozenset(c for c in spelled if not c.isascii() and not c.isalnum())

    def find(self, text: str) -> list[Match]:
        """Every term in `text`, longest first where several begin alike, none overlapping.

        A text with more than about MOST_MATCHES is not searched to its end.
        """
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
        terms = self.lexicon.terms
        matches = []
        for start, end, number, evasive in _resolved(self._all(raw, view, hits, signs)):
            term = terms[number]
            matches.append(Match(start, end, term.id, term.category, term.severity, evasive))
        return matches

    def _find_canonical(self, text: str) -> list[Match]:
        normal = normalise(text)
        raw = self._without_symbols(normal.text).encode()
        view = plain(raw)
        hits = self._program.plain.find_matches_as_indexes(view, overlapping=True)
        signs = self._program.signs.find_matches_as_indexes(classes(raw))
        matches = []
        at = byte = 0
        for first, last, number, evasive in _resolved(
            [*self._drawn(raw), *self._all(raw, view, hits, signs)]
        ):
            at += len(raw[byte:first].decode(errors="ignore"))
            byte = first
            seen = raw[first:last].decode(errors="ignore")
            start, end = normal.span(at, at + len(seen))
            term = self.lexicon.terms[number]
            changed = len(seen) != end - start or text[start:end].lower() != seen
            matches.append(
                Match(start, end, term.id, term.category, term.severity, evasive or changed)
            )
        return matches

    def _without_symbols(self, text: str) -> str:
        """The text with a space for each sign that is no letter and in no term."""
        blank = {
            ord(char): " "
            for char in set(text)
            if not (char.isascii() or char.isalnum() or char in self._symbols)
        }
        return text.translate(blank) if blank else text

    def _all(self, raw: bytes, view: bytes, hits: _Hits, signs: _Hits) -> list[Found]:
        found: list[Found] = []
        spans = [(start - 1, end - 1) for _, start, end in signs]
        patterns = self._program.patterns
        pieces: list[tuple[int, int]] = []
        repeated = -1
        terms = 0  # innocent words do not count, or enough of them would hide what follows
        for number, start, end in hits:
            kind, term, hidden = patterns[number]
            if kind is Kind.WHOLE:
                last = end - 2 if view[end - 1] == _SPACE else end - 1
                if term in self._program.strong or not joined_by_symbol(raw, start, last):
                    found.append((start, -last, 0 if term == INNOCENT else 1, term, hidden))
                terms += term != INNOCENT
                if terms > MOST_MATCHES:
                    break
            elif kind is Kind.PIECE:
                pieces.append((start, end))
            else:
                if start > repeated:
                    spans.append((start - 1, end - 1))
                repeated = end
        if pieces:
            whole = {start for start, *_ in found}
            found += islice(self._joined(raw, view, pieces, whole), MOST_MATCHES)
        if spans:
            found += self._drawn(raw)
            if terms < MOST_MATCHES:
                found += self._unmasker.find(blanked(raw), sorted(spans), MOST_MATCHES)
        return found

    def _joined(
        self, raw: bytes, view: bytes, pieces: Iterable[tuple[int, int]], whole: set[int]
    ) -> Iterator[Found]:
        """Terms joined into words, but not where a word is a term as a whole."""
        judged = -1
        for start, end in pieces:
            if start >= judged and start - 1 not in whole:
                first, judged = word_at(view, start, end)
                if first - 1 not in whole:
                    bound = joined_by_symbol(raw, first - 1, judged - 1)
                    for found in self._judged(view[first:judged], first - 1):
                        if not bound or found[3] in self._program.strong:
                            yield found

    def _judged(self, part: bytes, shift: int) -> Iterator[Found]:
        word = part.decode(errors="replace")
        for hit in self._program.words.judge(word):
            start, end = hit.start, hit.end
            if len(word) < len(part):
                start, end = (len(word[:offset].encode()) for offset in (start, end))
            yield shift + start, -(shift + end), 1, hit.term, False

    def _drawn(self, raw: bytes) -> Iterator[Found]:
        """Emoji wherever they are, and figures of ASCII signs that stand alone."""
        program = self._program
        if program.symbols is None:
            return
        padded = b" " + raw.lower() + b" "
        for number, start, end in program.symbols.find_matches_as_indexes(padded):
            alone = padded[start - 1 : start].isspace() and padded[end : end + 1].isspace()
            if alone or not padded[start:end].isascii():
                yield start - 1, 1 - end, 1, program.symbol_terms[number], False


def _has_hidden(text: str) -> bool:
    """Whether there are controls in an ASCII text that show nothing, so that it reads otherwise."""
    return not text.isprintable() and not "".join(text.split()).isprintable()


def _resolved(found: Iterable[Found]) -> Iterator[tuple[int, int, int, bool]]:
    """(start, end, term, evasive) of what remains when the innocent cover what they hold and, of
    what overlaps, the first and longest wins."""
    reached = innocent = -1
    for start, minus_end, rank, term, evasive in sorted(set(found)):
        if rank == 0:
            innocent = max(innocent, -minus_end)
        elif start >= reached and -minus_end > innocent:
            reached = -minus_end
            yield start, reached, term, evasive
