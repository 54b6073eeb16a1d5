"""What people decided last about each text, with the scores that it has today."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from moderator.feedback.record import Feedback
from moderator.pipeline import Pipeline
from moderator.policy.stored import scored_of
from moderator.records import Action, Comment

_BATCH = 256


class DecidedText(NamedTuple):
    """One text: the policy that judges it, its scores by label, what a person decided and when
    (RFC 3339), and what the filter decides, by which rules."""

    policy: str
    scores: dict[str, float]
    action: Action
    at: str
    verdict: Action
    rules: frozenset[str]


def latest(feedback: Iterable[Feedback]) -> list[Feedback]:
    """The last decision about each text of a community, without those taken back; suggestions do
    not count. `feedback` is in chronological order."""
    last: dict[tuple[str | None, str], Feedback] = {}
    for item in feedback:
        key = item.community, item.text
        if item.undone:
            last.pop(key, None)
        elif item.action is not None:
            last[key] = item
    return list(last.values())


def agrees(verdict: Action, decision: Action) -> bool:
    """Whether a person's decision confirms a verdict: a review is right unless they allowed it."""
    return decision is verdict or (verdict is Action.REVIEW and decision is Action.BLOCK)


async def decided_texts(
    pipeline: Pipeline,
    decisions: Iterable[Feedback],
    report: Callable[[int], None] = lambda _: None,
) -> list[DecidedText]:
    """The texts judged as they would be now; nothing is kept under a comment's id.

    Texts with a degraded verdict are left out: their scores are incomplete. `report` is called with
    the number of texts judged since its last call.
    """
    wanted = list(decisions)
    cases = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        comments = [Comment("", item.text, item.community) for item in batch]
        verdicts = await pipeline.moderate(comments)
        for item, verdict in zip(batch, verdicts, strict=True):
            if verdict.degraded or item.action is None:
                continue
            scores = pipeline.policy_of(item.community).charged(scored_of(verdict))
            rules = frozenset(reason.rule for reason in verdict.reasons)
            name, action = verdict.policy.name, verdict.action
            cases.append(DecidedText(name, scores, item.action, item.at, action, rules))
        report(len(batch))
    return cases
