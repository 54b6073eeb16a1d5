"""Weeks, rules and actions are counted apart; a review is right unless people allowed it."""

from __future__ import annotations

import pytest

from moderator.evaluation.wilson import wilson
from moderator.feedback.decided import DecidedText
from moderator.feedback.weekly import by_week
from moderator.records import Action

ALLOW, REVIEW, BLOCK = Action


def text(decided: Action, verdict: Action, at: str, *rules: str, policy: str = "p") -> DecidedText:
    return DecidedText(policy, {}, decided, at, verdict, frozenset(rules))


SUNDAY, MONDAY = "2026-11-22T23:30:00+00:00", "2026-11-23T00:30:00+00:00"


def test_each_rule_of_a_week_has_its_share() -> None:
    found = by_week([
        text(BLOCK, BLOCK, SUNDAY, "block.threat", "block.insult"),
        text(ALLOW, BLOCK, SUNDAY, "block.insult"),
        text(BLOCK, REVIEW, MONDAY, "review.insult"),
        text(REVIEW, REVIEW, MONDAY, "review.insult"),
        text(ALLOW, REVIEW, MONDAY, "review.insult"),
        text(BLOCK, ALLOW, MONDAY, policy="q"),
    ])  # fmt: skip
    counts = {(one.week, one.policy, one.rule): (one.agreed, one.decisions) for one in found}
    assert counts == {
        ("2026-W47", "p", "block"): (1, 2),
        ("2026-W47", "p", "block.insult"): (1, 2),
        ("2026-W47", "p", "block.threat"): (1, 1),
        ("2026-W48", "p", "review"): (2, 3),
        ("2026-W48", "p", "review.insult"): (2, 3),
        ("2026-W48", "q", "allow"): (0, 1),
    }
    assert [one.week for one in found] == sorted(one.week for one in found)
    assert found[0].precision == wilson(1, 2)


def test_weeks_are_those_of_utc_and_times_that_are_none_are_left_out() -> None:
    found = by_week([
        text(BLOCK, BLOCK, "2026-11-23T00:30:00+02:00"), text(BLOCK, BLOCK, "once upon a time"),
    ])  # fmt: skip
    assert [one.week for one in found] == ["2026-W47"]


def test_the_interval_is_wilsons() -> None:
    assert wilson(8, 10) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
