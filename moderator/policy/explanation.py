"""How a verdict came about: the text as it was read, spans, thresholds, what each stage said."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from moderator.package import __version__
from moderator.policy.policy import Policy
from moderator.quoting.document import Document
from moderator.records import Action, Component, Verdict
from moderator.scorers.cascade import StageAnswer
from moderator.text.normalise import normalise


class MatchedSpan(msgspec.Struct, frozen=True):
    """A match and the text in it; offsets in code points, end exclusive."""

    start: int
    end: int
    text: str
    term: str
    category: str
    severity: int
    evasive: bool
    quoted: bool


class Threshold(msgspec.Struct, frozen=True):
    """A label's score beside the policy's thresholds; null if the policy has none."""

    score: float
    review: float | None
    block: float | None


class StageScores(msgspec.Struct, frozen=True):
    """A stage of the scorers: not every stage is asked about every text."""

    name: str
    version: str
    asked: bool
    scores: dict[str, float]


class Versions(msgspec.Struct, frozen=True):
    """Versions of everything that took part."""

    package: str
    scorer: Component
    policy: Component


class Explanation(msgspec.Struct, frozen=True):
    """Why a verdict is what it is.

    `normal_form` is the text as the lexicon compares it, `unquoted_text` the text without what
    it quotes. `decided_by` is the stage whose score met the clearest threshold, null for `allow`.
    """

    normal_form: str
    unquoted_text: str
    spans: tuple[MatchedSpan, ...]
    thresholds: dict[str, Threshold]
    decided_by: str | None
    stages: tuple[StageScores, ...]
    cached: bool
    versions: Versions


def explanation(
    document: Document, verdict: Verdict, policy: Policy, answers: Sequence[StageAnswer]
) -> Explanation:
    """The explanation of a verdict on a document, by the policy that decided it."""
    return Explanation(
        normal_form=normalise(document.text).text,
        unquoted_text=document.unquoted_text,
        spans=tuple(
            MatchedSpan(
                match.start, match.end, document.text[match.start : match.end], match.term,
                match.category, match.severity, match.evasive, match.quoted,
            )
            for match in verdict.matches
        ),
        thresholds={
            label: Threshold(score, policy.review.get(label), policy.block.get(label))
            for label, score in verdict.scores.items()
        },
        decided_by=_decided_by(verdict, answers),
        stages=tuple(
            StageScores(
                answer.name,
                answer.version,
                answer.asked,
                answer.scored.scores if answer.scored else {},
            )
            for answer in answers
        ),
        cached=verdict.cached,
        versions=Versions(__version__, verdict.scorer, verdict.policy),
    )  # fmt: skip


def _decided_by(verdict: Verdict, answers: Sequence[StageAnswer]) -> str | None:
    """The last stage that scored the first reason's label: its score is the one that counts."""
    if verdict.action is Action.ALLOW:
        return None
    label = verdict.reasons[0].label
    scored = [answer.name for answer in answers if answer.scored and label in answer.scored.scores]
    return scored[-1] if scored else label
