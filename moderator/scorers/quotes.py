"""Scores of whole texts, quotations included, for policies that count what is quoted."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from moderator.code_version import code_version
from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.base import Scorer

_MARK = "+quotes."


def base_version(version: str) -> str:
    """The version of a scorer, whether it scores quotes too or not."""
    return version.partition(_MARK)[0]


def scores_quotes(version: str) -> bool:
    """Whether a scorer of this version scored quotes too."""
    return _MARK in version


class WithQuotes:
    """Scores a text that quotes a second time, as if its author had written all of it."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.name = scorer.name
        self.version = f"{scorer.version}{_MARK}{code_version(__name__)}"
        self.labels = scorer.labels

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result per document, with `with_quotes` if it quotes. Raises ScorerError."""
        whole = [
            replace(text, quotes=(), unquoted_text=text.text) for text in documents if text.quotes
        ]
        scored = self._scorer.score([*documents, *whole])
        first, second = scored[: len(documents)], iter(scored[len(documents) :])
        return [
            _joined(own, next(second)) if document.quotes else own
            for document, own in zip(documents, first, strict=True)
        ]


def _joined(own: Scored, whole: Scored) -> Scored:
    # A kind quotation must not lower what its author says.
    scores = {label: max(own.scores.get(label, 0.0), s) for label, s in whole.scores.items()}
    failed = dict.fromkeys((*own.failed, *whole.failed))
    return replace(
        own,
        with_quotes={**own.scores, **scores},
        failed=tuple(failed),
        truncated=own.truncated or whole.truncated,
        over_budget=own.over_budget or whole.over_budget,
    )
