"""The search for disguised terms, in the words around triggers of obfuscation.

Worked example, `you f*c.k!`: the triggers "f*" and "c.k" mark one suspicious part, the whole text.
Of its candidates one reads the symbols as gaps and closes them: "you fck"; one takes `*` as a mask:
"you f*c k". The automaton over squeezed text knows " fck " as a spelling of the term "fuck"; its
offsets in the candidate lead back to `f*c.k` in the text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import ge

from moderator.lexicon.byte_views import word_at
from moderator.lexicon.compiler import CompiledLexicon
from moderator.lexicon.entries.surface_forms import MAX_LETTERS
from moderator.lexicon.finding import ALLOWLISTED, Finding, Rank, sort_key
from moderator.lexicon.obfuscation.candidates import Candidate, candidates
from moderator.lexicon.obfuscation.shapes import Shape
from moderator.lexicon.obfuscation.suspicious import SuspiciousParts, joined_by_symbol

_SPACE = ord(" ")
_MASK = b"*"
_LONGEST = MAX_LETTERS + len("iness")  # the longest form of the longest word that is disguised


class Deobfuscator:
    """Reads the suspicious parts of a text in every likely way."""

    def __init__(self, compiled: CompiledLexicon) -> None:
        self._find = compiled.squeezed.find_matches_as_indexes
        self._shapes = compiled.shapes
        self._masked = compiled.masked
        self._judge = compiled.compounds.judge
        self._inside_words = compiled.inside_words

    def find(
        self, raw: bytes, triggers: Sequence[tuple[int, int]], limit: int
    ) -> Iterator[Finding]:
        """The disguised terms around the triggers, which are sorted spans of `raw`.

        The search ends after `limit` findings.
        """
        parts = SuspiciousParts(raw, triggers)
        findings: set[Finding] = set()
        for candidate in candidates(parts.joined):
            if not candidate.loose:
                self._read(candidate, findings, limit)
            else:
                loose: set[Finding] = set()
                self._read(candidate, loose, limit)
                findings |= set(_not_overlapping(loose, findings))
        covered_to = -1
        for finding in sorted(findings, key=sort_key):
            allowlisted = finding.rank is Rank.ALLOWLISTED
            if allowlisted or finding.start >= covered_to:
                span = parts.locate(finding.start, finding.end)
                if span is None:
                    continue
                if finding.term in self._inside_words or not joined_by_symbol(raw, *span):
                    yield finding._replace(start=span[0], end=span[1])
                    covered_to = covered_to if allowlisted else finding.end

    def _read(self, candidate: Candidate, findings: set[Finding], limit: int) -> None:
        """Adds what is found in one candidate, in offsets of the parts that were read."""
        squeezed = candidate.squeezed
        hits = self._find(squeezed, overlapping=True)
        masked = _MASK in squeezed
        if not hits and not masked:
            return
        shapes = self._shapes
        runs, starts, ends = candidate.locate()
        judged_to = -1
        for number, start, end in hits:
            opens = squeezed[start] == _SPACE
            first = start if opens else start - 1
            last = end - 2 if squeezed[end - 1] == _SPACE else end - 1
            term = _fitting(shapes[number], runs, first, last)
            if term is not None:
                rank = Rank.ALLOWLISTED if term == ALLOWLISTED else Rank.DISGUISED
                findings.add(Finding(starts[first], ends[last - 1], rank, term, True))
            elif not opens and start >= judged_to:
                left, judged_to = word_at(squeezed, start, end)
                for first, last, term in self._in_word(squeezed, runs, left, judged_to):
                    findings.add(Finding(starts[first], ends[last], Rank.DISGUISED, term, True))
            if len(findings) >= limit:
                return
        if masked:
            for first, last, term in self._behind_masks(squeezed, runs):
                findings.add(Finding(starts[first], ends[last - 1], Rank.DISGUISED, term, True))
                if len(findings) >= limit:
                    return

    def _behind_masks(self, squeezed: bytes, runs: memoryview) -> Iterator[tuple[int, int, int]]:
        """(first run, run after the last, term) of words that show only some of their letters."""
        end = 0
        while (mask := squeezed.find(_MASK, end)) >= 0:
            start = squeezed.rfind(b" ", 0, mask) + 1
            end = squeezed.find(b" ", mask)
            if end - start <= _LONGEST:
                letters = squeezed[start:end].decode("latin-1")
                word = list(zip(letters, runs[start - 1 : end - 1], strict=True))
                term = self._masked.term(word)
                if term is not None:
                    yield start - 1, end - 1, term

    def _in_word(
        self, squeezed: bytes, runs: memoryview, left: int, right: int
    ) -> Iterator[tuple[int, int, int]]:
        """(first run, last run, term) in a word: with doubled letters kept, then all single."""
        lengths = runs[left - 1 : right - 1]
        if max(lengths) > 1:
            letters = bytearray()
            run_of: list[int] = []
            for index, length in enumerate(lengths, left):
                times = 2 if length == 2 else 1
                letters += squeezed[index : index + 1] * times
                run_of += [index - 1] * times
            for hit in self._judge(letters.decode("latin-1")):
                yield run_of[hit.start], run_of[hit.end - 1], hit.term
        for hit in self._judge(squeezed[left:right].decode("latin-1")):
            yield left - 1 + hit.start, left - 2 + hit.end, hit.term


def _not_overlapping(loose: set[Finding], strict: set[Finding]) -> Iterator[Finding]:
    """The loose findings that overlap none of the strict."""
    starts = sorted(finding.start for finding in strict)
    longest = max((finding.end - finding.start for finding in strict), default=0)
    ends: dict[int, int] = {}
    for finding in strict:
        ends[finding.start] = max(finding.end, ends.get(finding.start, 0))
    for finding in loose:
        first = bisect_left(starts, finding.start - longest)
        near = starts[first : bisect_left(starts, finding.end)]
        if all(ends[start] <= finding.start for start in near):
            yield finding


def _fitting(shape: Shape, runs: memoryview, first: int, last: int) -> int | None:
    """The term that the runs `first`..`last` spell: each letter repeated at least as often as in
    the term."""
    for minimum, term in shape:
        if minimum is None or all(map(ge, runs[first:last], minimum)):
            return term
    return None
