"""The protocol of scorers, and what a scorer gets from the process that loads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.settings import Scorers

__all__ = ["Host", "OnStage", "Scored", "Scorer"]

OnStage = Callable[[str, int, float], None]
"""Called for a stage within a scorer: its name, how many texts or windows it saw, the seconds."""


class Scorer(Protocol):
    """Scores a batch of documents. Blocking, thread-safe, called off the event loop.

    `version` changes whenever the same document could score differently, with model, data,
    settings and code (see `moderator.code_version`): it is part of the cache's key. How texts
    become documents is not the scorer's concern; the pipeline adds that to the key. `labels` are
    the keys of every result's `scores`.
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result per document, in order; probabilities in 0..1. Raises ScorerError."""
        ...


class Host(NamedTuple):
    """What a scorer's loader is given."""

    settings: Scorers
    """The whole table `[scorers]`."""
    on_stage: OnStage | None = None
    lazy: bool = False
    """Whether a part that not every text needs should wait for the first one that does."""

    @property
    def threads(self) -> int:
        """How many threads the scorer may keep busy."""
        return self.settings.threads_each()
