"""Scores of texts by the models and lexicons that settings name, loaded when first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.policy.stored import scored_of
from moderator.records import Comment, Scored, Verdict
from moderator.scorers.quotes import base_version
from moderator.settings import Settings
from moderator.wiring import build


class Scoring:
    """Scores comments as a worker does, before any policy; `make` gives its pipeline, whose policy
    is `only_scores`."""

    def __init__(self, make: Callable[[], Pipeline]) -> None:
        self._make = make
        self._made: Pipeline | None = None

    async def score(self, comments: Sequence[Comment]) -> list[Scored]:
        """What the scorers find in each text, in order; equal texts give the same object."""
        plain = [msgspec.structs.replace(comment, id="", community=None) for comment in comments]
        scored: dict[str, Scored] = {}
        for comment, verdict in zip(comments, await self._pipeline.moderate(plain), strict=True):
            scored.setdefault(comment.text, scored_of(verdict))
        return [scored[comment.text] for comment in comments]

    def gave(self, verdict: Verdict) -> bool:
        """Whether a verdict's scores are those that these scorers give."""
        scorer = self._pipeline.scorer
        version = base_version(scorer.version)
        return (scorer.name, version) == (
            verdict.scorer.name, base_version(verdict.scorer.version)
        )  # fmt: skip

    async def close(self) -> None:
        """Release the scoring thread."""
        if self._made is not None:
            await self._made.close()

    @property
    def _pipeline(self) -> Pipeline:
        if self._made is None:
            self._made = self._make()
        return self._made


def only_scores(*, charge_quotes: bool) -> Policies:
    """A policy that holds nothing by its scores, so that reasons name all that was not judged."""
    policy = Policy(quoted="charge" if charge_quotes else "ignore")
    return Policies("scores", {"scores": policy}, {})


def scoring_of(settings: Settings, *, charge_quotes: bool) -> Scoring:
    """Scoring by the scorers of the settings. Its first use raises as `wiring.build` does."""

    def make() -> Pipeline:
        built = build(settings, Metrics(), lazy=True)
        return built.using(only_scores(charge_quotes=charge_quotes)).pipeline

    return Scoring(make)
