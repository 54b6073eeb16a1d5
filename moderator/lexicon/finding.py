"""One place in a text where a term, or an allowlisted word, was found, and how overlaps resolve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from enum import IntEnum
from typing import NamedTuple

ALLOWLISTED = -1
"""Takes the place of a term's number in findings of allowlisted words."""


class Rank(IntEnum):
    """How a finding was made; if two have the same span, the lower one wins."""

    ALLOWLISTED = 0
    PLAIN = 1
    DISGUISED = 2


class Finding(NamedTuple):
    """`start` and `end` are offsets in bytes; `term` is a number in the lexicon or ALLOWLISTED."""

    start: int
    end: int
    rank: Rank
    term: int
    evasive: bool

    @property
    def sort_key(self) -> tuple[int, int, int, int, bool]:
        """Orders by start, then by length, the longest first."""
        return self.start, -self.end, self.rank, self.term, self.evasive


def sort_key(finding: Finding) -> tuple[int, int, int, int, bool]:
    """`Finding.sort_key` as a key function."""
    return finding.sort_key


def without_overlaps(
    findings: Iterable[Finding], severities: Sequence[int], foreign: Set[int] = frozenset()
) -> Iterator[Finding]:
    """The findings that remain, in order. Terms in `foreign` and terms inside an allowlisted word
    are dropped; of those that overlap, the first and longest is kept.

    If it contains a graver word in plain spelling, it counts as that term: a phrase must not make a
    slur mild. `severities` is indexed by term number.
    """
    allowlisted_to = -1
    kept: Finding | None = None
    for finding in sorted(set(findings), key=sort_key):
        if finding.rank is Rank.ALLOWLISTED:
            allowlisted_to = max(allowlisted_to, finding.end)
        elif finding.term in foreign or finding.end <= allowlisted_to:
            continue
        elif kept is None or finding.start >= kept.end:
            if kept is not None:
                yield kept
            kept = finding
        elif (
            finding.rank is Rank.PLAIN
            and not finding.evasive
            and finding.end <= kept.end
            and severities[finding.term] > severities[kept.term]
        ):
            kept = kept._replace(term=finding.term)
    if kept is not None:
        yield kept
