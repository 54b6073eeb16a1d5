"""How often people agreed with each rule, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from moderator.evaluation.wilson import Interval, wilson
from moderator.feedback.decided import DecidedText, agrees
from moderator.records import Action


class Week(msgspec.Struct):
    """One rule of one policy in one ISO week, such as 2026-W48, in UTC.

    `rule` is an action (all verdicts with it), or one of their reasons. `precision` is the share of
    the decisions that agree, with Wilson's 95 % interval.
    """

    week: str
    policy: str
    rule: str
    decisions: int
    agreed: int
    precision: Interval


def by_week(texts: Iterable[DecidedText]) -> list[Week]:
    """By week, policy and rule; texts without a valid time are left out."""
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for text in texts:
        week = _week(text.at)
        if week is None:
            continue
        for rule in {text.verdict.value, *text.rules}:
            count = counts[week, text.policy, rule]
            count[0] += 1
            count[1] += agrees(Action(rule.partition(".")[0]), text.action)
    return [
        Week(*key, decisions, agreed, wilson(agreed, decisions))
        for key, (decisions, agreed) in sorted(counts.items())
    ]


def _week(time: str) -> str | None:
    try:
        year, week, _ = datetime.fromisoformat(time).astimezone(UTC).isocalendar()
    except (ValueError, OverflowError):  # written by something else
        return None
    return f"{year}-W{week:02}"
