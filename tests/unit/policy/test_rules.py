"""Rules fire on what they look at, are read from top to bottom, and are named in the reasons."""

from typing import Any

import pytest

from moderator.policy.authors import author_hash
from moderator.policy.subject import Subject
from moderator.records import Action, CommentContext, Match, Scored
from tests.unit.policy.files import policy_with

SLUR = Match(0, 4, "slur", "slur_race", 4)
MILD = Match(6, 9, "damn", "coarse", 1, evasive=True)
QUOTED = Match(12, 16, "slur", "slur_race", 4, quoted=True)
SCORED = Scored(
    {"toxicity": 0.4, "threat": 0.1}, (SLUR, MILD, QUOTED), language="de", language_probability=0.9
)
SUBJECT = Subject(
    "look: http://a.example/x and www.b.example, @anna and @ben",
    community="games",
    context=CommentContext("subscriber", 12.5, 2),
)


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ({}, True),
        ({"scores": {"toxicity": {"at_least": 0.4}}}, True),
        ({"scores": {"toxicity": {"at_least": 0.41}}}, False),
        ({"scores": {"toxicity": {"below": 0.4}}}, False),
        ({"scores": {"toxicity": {"at_most": 0.4}}}, True),
        ({"scores": {"toxicity": {"at_least": 0.3}, "threat": {"at_least": 0.3}}}, False),
        ({"scores": {"insult": {"below": 0.5}}}, False),  # nobody scored it
        ({"match": {}}, True),
        ({"match": {"term": "damn", "evasive": True}}, True),
        ({"match": {"term": ["damn", "heck"], "evasive": False}}, False),
        ({"match": {"category": "slur_race", "quoted": False}}, True),
        ({"match": {"severity": {"at_least": 4}, "count": {"at_least": 3}}}, False),
        ({"match": {"severity": {"at_least": 4}, "count": {"at_least": 2}}}, True),
        ({"match": {"category": "insult", "count": {"at_most": 0}}}, True),
        ({"language": "de"}, True),
        ({"language": ["en", "fr"]}, False),
        ({"unjudged": False}, True),
        ({"unjudged": True}, False),
        ({"length": {"at_least": 10, "below": 60}}, True),
        ({"length": {"below": 10}}, False),
        ({"links": {"at_least": 2, "at_most": 2}}, True),
        ({"mentions": {"at_least": 2, "at_most": 2}}, True),
        ({"community": "games"}, True),
        ({"community": ["news", "sport"]}, False),
        ({"author_role": ["subscriber", "staff"]}, True),
        ({"account_age_days": {"below": 13}}, True),
        ({"account_age_days": {"at_least": 13}}, False),
        ({"prior_holds": {"at_least": 2}, "account_age_days": {"below": 30}}, True),
        ({"not": {"author_role": "staff"}}, True),
        ({"all": [{"links": {"at_least": 1}}, {"prior_holds": {"at_least": 1}}, {}]}, True),
        ({"all": [{"links": {"at_least": 1}}, {"prior_holds": {"at_least": 3}}]}, False),
        ({"all": [{"links": {"at_least": n}} for n in (1, 2, 3)]}, False),
        ({"all": [{"links": {"at_least": n}} for n in (3, 1, 1)]}, False),
        ({"any": [{"links": {"at_least": 9}}, {"prior_holds": {"at_least": 2}}]}, True),
        ({"any": [{"links": {"at_least": 9}}, {"prior_holds": {"at_least": 9}}]}, False),
    ],
)  # fmt: skip
def test_a_rule_fires_if_its_condition_holds(when: dict[str, Any], fires: bool) -> None:
    decision = policy_with({"action": "review", "when": when}).decide(SCORED, SUBJECT)
    assert decision.action is (Action.REVIEW if fires else Action.ALLOW)
    assert [reason.rule for reason in decision.reasons] == (["review.r0"] if fires else [])


@pytest.mark.parametrize("key", ["account_age_days", "prior_holds"])
def test_a_number_that_is_not_known_lies_in_no_range(key: str) -> None:
    for bounds in ({"at_least": 0}, {"below": 1_000}):
        policy = policy_with({"action": "block", "when": {key: bounds}})
        assert policy.decide(SCORED, Subject("hi")).action is Action.ALLOW


def test_an_uncertain_language_is_undetermined() -> None:
    scored = Scored({}, language="de", language_probability=0.5)
    for language, action in (("de", Action.ALLOW), ("und", Action.BLOCK)):
        policy = policy_with({"action": "block", "when": {"language": language}})
        assert policy.decide(scored).action is action


def test_the_gravest_of_rules_and_thresholds_counts() -> None:
    policy = policy_with(
        {"action": "review"}, {"action": "block", "when": {"links": {"at_least": 1}}},
        review={"toxicity": 0.3}, block={"toxicity": 0.9},
    )  # fmt: skip
    calm = policy.decide(SCORED, Subject("nothing"))
    assert calm.action is Action.REVIEW
    assert [reason.rule for reason in calm.reasons] == ["review.toxicity", "review.r0"]
    grave = policy.decide(SCORED, SUBJECT)
    assert (grave.action, [r.rule for r in grave.reasons]) == (Action.BLOCK, ["block.r1"])


def test_a_rule_that_allows_ends_the_reading() -> None:
    trusted = {"name": "trusted", "action": "allow", "when": {"author_role": "subscriber"}}
    thresholds = {"block": {"toxicity": 0.3}}
    above = policy_with({"action": "review"}, trusted, **thresholds).decide(SCORED, SUBJECT)
    assert (above.action, [r.rule for r in above.reasons]) == (Action.REVIEW, ["review.r0"])
    below = policy_with(trusted, {"action": "review"}, **thresholds).decide(SCORED, SUBJECT)
    assert (below.action, [r.rule for r in below.reasons]) == (Action.ALLOW, ["allow.trusted"])
    other = policy_with(trusted, **thresholds).decide(SCORED, Subject("hi"))
    assert other.action is Action.BLOCK


@pytest.mark.parametrize(
    ("when", "lost", "action"),
    [
        ({"scores": {"toxicity": {"below": 0.5}}}, {}, Action.ALLOW),
        ({"scores": {"toxicity": {"below": 0.5}}}, {"failed": ("compact",)}, Action.REVIEW),
        ({"not": {"match": {}}}, {"over_budget": True}, Action.REVIEW),
        ({"length": {"below": 50}}, {"failed": ("compact",)}, Action.ALLOW),
        ({"length": {"below": 50}}, {"truncated": True}, Action.REVIEW),
        ({"author_role": "staff"}, {"truncated": True, "failed": ("compact",)}, Action.ALLOW),
    ],
)
def test_a_rule_does_not_allow_by_what_nobody_saw(
    when: dict[str, Any], lost: dict[str, Any], action: Action
) -> None:
    policy = policy_with({"action": "allow", "when": when})
    subject = Subject("short", context=CommentContext("staff"))
    assert policy.decide(Scored({"toxicity": 0.1}, **lost), subject).action is action


@pytest.mark.parametrize(
    ("author", "role", "action"),
    [("anna", None, Action.ALLOW), ("ben", "staff", Action.ALLOW), ("ben", None, Action.BLOCK)],
)
def test_who_is_exempt_is_allowed(author: str, role: str | None, action: Action) -> None:
    exempt = {"roles": ["staff"], "authors": [author_hash("anna", "secret")]}
    policy = policy_with({"action": "block"}, exempt=exempt)
    subject = Subject("x", author=author_hash(author, "secret"), context=CommentContext(role))
    decision = policy.decide(SCORED, subject)
    rule = "allow.exempt" if action is Action.ALLOW else "block.r0"
    assert (decision.action, [r.rule for r in decision.reasons]) == (action, [rule])


def test_nobody_is_exempt_for_having_no_role_and_no_name() -> None:
    policy = policy_with({"action": "block"}, exempt={"roles": ["staff"]})
    assert policy.decide(SCORED, Subject("x")).action is Action.BLOCK
