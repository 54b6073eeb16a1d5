"""The protocol every scorer keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from moderator.quoting.document import Document
from moderator.records import Scored

__all__ = ["Scored", "Scorer"]


class Scorer(Protocol):
    """Scores a batch of documents. Blocking, thread-safe, called off the event loop.

    `version` changes whenever the same document could score otherwise: it is part of the
    cache's key. `labels` are the keys of every result's `scores`.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order; probabilities in 0..1. Raises ScorerError."""
        ...
