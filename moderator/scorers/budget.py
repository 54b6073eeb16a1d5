"""The budget of one text, and which parts of a text over its budget are judged.

The budget is counted in work, not by a clock: the same text always gets the same scores, on a busy
machine too. Most of it goes to the windows that the encoder sees, the rest to reading the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from moderator.code_version import code_version
from moderator.quoting.document import Document
from moderator.records import Match, Scored
from moderator.scorers.base import Scorer

_ENCODER_SHARE = 0.64
_WINDOW_MS = 16.0
_CHARACTERS_PER_MS = 730.0
"""Measured on one core of a small virtual machine: an encoder window, and reading the most
expensive text (disguised words, all of them different)."""
_PARTS = 3  # start, middle, end


class TextBudget(NamedTuple):
    """How much of one text is judged: characters read, and windows that the encoder sees."""

    characters: int
    encoder_windows: int

    @classmethod
    def of(cls, budget_ms: float) -> TextBudget:
        """The work that takes about `budget_ms` milliseconds of one core."""
        windows = budget_ms * _ENCODER_SHARE / _WINDOW_MS
        characters = budget_ms * (1 - _ENCODER_SHARE) * _CHARACTERS_PER_MS
        return cls(max(_PARTS, int(characters)), max(1, int(windows)))


class WithinBudget:
    """A scorer that shortens texts over the budget before another scorer sees them.

    Of a longer one it sees a part from the start, one from the middle and one from the end; the
    result is then marked `over_budget`.
    """

    def __init__(self, scorer: Scorer, budget: TextBudget) -> None:
        self._scorer = scorer
        self._characters = budget.characters
        self.name = scorer.name
        code = code_version(__name__)
        self.version = f"{scorer.version}+{budget.characters}/{budget.encoder_windows}.{code}"
        self.labels = scorer.labels

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order. Raises ScorerError."""
        samples = {
            index: _Sample(document.text, self._characters)
            for index, document in enumerate(documents)
            if len(document.text) > self._characters
        }
        if not samples:
            return self._scorer.score(documents)
        results = self._scorer.score(
            [
                samples[index].document if index in samples else doc
                for index, doc in enumerate(documents)
            ]
        )
        for index, sample in samples.items():
            matches = tuple(sample.in_text(results[index].matches))
            results[index] = replace(results[index], matches=matches, over_budget=True)
        return results


class _Sample:
    """Parts from the start, the middle and the end of a text, one a line."""

    def __init__(self, text: str, characters: int) -> None:
        size = characters // _PARTS
        starts = [(len(text) - size) * part // (_PARTS - 1) for part in range(_PARTS)]
        self._parts = []
        shown = 0
        for start in starts:
            self._parts.append((shown, shown + size, start - shown))
            shown += size + 1
        self.document = Document.of("\n".join(text[start : start + size] for start in starts))

    def in_text(self, matches: Sequence[Match]) -> list[Match]:
        """The matches with their offsets in the whole text; one that spans two parts is lost."""
        return [
            replace(match, start=match.start + shift, end=match.end + shift)
            for match in matches
            for first, last, shift in self._parts
            if first <= match.start and match.end <= last
        ]
