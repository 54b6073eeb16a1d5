"""Fakes for this package's tests and for its users' tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from moderator.quoting.document import Document
from moderator.records import Scored


class StubScorer:
    """Scores each document's own words by `rule` (default: toxicity 0), and keeps what it saw."""

    def __init__(
        self,
        rule: Callable[[str], Mapping[str, float]] = lambda _: {"toxicity": 0.0},
        *,
        name: str = "stub",
        version: str = "1",
        labels: tuple[str, ...] = ("toxicity",),
    ) -> None:
        self.name = name
        self.version = version
        self.labels = labels
        self.batches: list[list[str]] = []
        self._rule = rule

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        self.batches.append([document.text for document in documents])
        return [Scored(dict(self._rule(document.unquoted_text))) for document in documents]


class ManualClock:
    """A clock that moves only by `advance`."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass."""
        self.now += seconds
