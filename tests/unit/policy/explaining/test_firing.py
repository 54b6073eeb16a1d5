"""Which rules fired, which nearly did, and how a condition is written."""

from __future__ import annotations

from typing import Any

import pytest

from moderator.policy.explaining.firing import Near, conjuncts, fired, nearly, written
from moderator.policy.subject import Subject
from moderator.records import Scored
from tests.unit.policy.files import policy_with

TEXT = Subject("see http://a.example", community="games")
LINKS: dict[str, Any] = {"links": {"at_least": 1}}
ELSEWHERE: dict[str, Any] = {"community": "news"}


def near(*rules: dict[str, Any], scores: dict[str, float] | None = None, **keys: Any) -> list[Near]:
    policy = policy_with(*({"action": "block", "when": when} for when in rules), **keys)
    return list(nearly(policy, Scored(scores or {}), TEXT))


def test_all_rules_that_hold_fired_whatever_became_of_them() -> None:
    policy = policy_with(
        {"action": "allow", "when": LINKS},
        {"action": "block", "when": LINKS},
        {"action": "block", "when": ELSEWHERE},
    )
    assert [rule.name for rule in fired(policy, Scored({}), TEXT)] == ["r0", "r1"]


def test_a_rule_that_one_condition_keeps_from_firing_is_near() -> None:
    missing = Near("block.r0", '{ community = "news" }')
    assert near({**LINKS, **ELSEWHERE}) == [missing]
    assert near({"all": [LINKS, ELSEWHERE]}) == [missing]


def test_a_rule_that_holds_or_lacks_all_or_two_conditions_is_not() -> None:
    assert near(LINKS) == []
    assert near(ELSEWHERE) == []
    assert near({**ELSEWHERE, "mentions": {"at_least": 1}}) == []
    assert near({**LINKS, **ELSEWHERE, "mentions": {"at_least": 1}}) == []


@pytest.mark.parametrize(
    ("score", "is_near"), [(0.39, False), (0.4, True), (0.49, True), (0.5, False)]
)
def test_a_threshold_is_near_from_a_tenth_below_it(score: float, is_near: bool) -> None:
    found = near(review={"insult": 0.5}, scores={"insult": score})
    assert found == ([Near("review.insult", f"insult {score:.2f}, from 0.50 on")] * is_near)


@pytest.mark.parametrize(
    ("score", "is_near"), [(0.39, False), (0.4, True), (0.49, True), (0.5, False)]
)
def test_a_rule_over_one_score_is_near_like_a_threshold(score: float, is_near: bool) -> None:
    found = near({"scores": {"insult": {"at_least": 0.5}}}, scores={"insult": score})
    missing = f"{{ scores = {{ insult = {{ at_least = 0.5 }} }} }}, insult is {score:.2f}"
    assert found == [Near("block.r0", missing)] * is_near


def test_scores_are_conditions_of_their_own() -> None:
    (rule,) = policy_with(
        {
            "action": "block",
            "when": {
                "scores": {"threat": {"at_least": 0.5}, "insult": {"below": 0.25}},
                "all": [{**LINKS, "unjudged": False}],
            },
        }
    ).rules
    assert sorted(map(written, conjuncts(rule.when))) == [
        "{ links = { at_least = 1 } }",
        "{ scores = { insult = { below = 0.25 } } }",
        "{ scores = { threat = { at_least = 0.5 } } }",
        "{ unjudged = false }",
    ]


def test_large_numbers_are_written_in_full() -> None:
    (rule,) = policy_with({"action": "block", "when": {"length": {"at_least": 1234567}}}).rules
    assert written(rule.when) == "{ length = { at_least = 1234567 } }"


def test_several_values_are_written_as_a_list() -> None:
    (rule,) = policy_with({"action": "block", "when": {"community": ["a", "b"]}}).rules
    assert written(rule.when) == '{ community = ["a", "b"] }'
