"""Decisions are remembered only for equal comments, by the policies in force."""

from typing import Any

from moderator.policy.authors import author_hash
from moderator.policy.decider import Decider
from moderator.records import Action, Comment, CommentContext, Scored
from tests.unit.policy.files import policies

SCORED = Scored({"toxicity": 0.6})


def decide(decider: Decider, scored: Scored = SCORED, **fields: Any) -> Action:
    return decider.decide("key", "x", Comment("1", "x", **fields), scored).decision.action


def test_equal_comments_are_decided_once() -> None:
    decider = Decider(policies({"review": {"toxicity": 0.5}}))
    first = decider.decide("key", "x", Comment("1", "x", author="anna"), SCORED)
    assert decider.decide("key", "x", Comment("2", "x", author="ben"), SCORED) is first
    assert decide(decider, Scored({"toxicity": 0.1})) is Action.ALLOW
    assert decide(decider) is Action.REVIEW


def test_what_a_policy_reads_of_a_comment_is_told_apart() -> None:
    exempt = {"authors": [author_hash("anna", "s")]}
    rules = [
        {"name": "new", "action": "block", "when": {"account_age_days": {"below": 7}}},
        {"name": "here", "action": "block", "when": {"community": "games"}},
    ]
    decider = Decider(
        policies({"review": {"toxicity": 0.5}, "exempt": exempt, "rules": rules}), "s"
    )
    assert decide(decider) is Action.REVIEW
    assert decide(decider, author="anna") is Action.ALLOW
    assert decide(decider, author="ben") is Action.REVIEW
    assert decide(decider, context=CommentContext(account_age_days=1)) is Action.BLOCK
    assert decide(decider, community="games") is Action.BLOCK
    assert decide(Decider(decider.policies, "other"), author="anna") is Action.REVIEW


def test_policies_of_equal_content_keep_their_names() -> None:
    decider = Decider(policies({}, policies={"p": {}, "q": {}}, communities={"games": "q"}))
    for community, name in ((None, "p"), ("games", "q"), (None, "p")):
        comment = Comment("1", "x", community)
        assert decider.decide("key", "x", comment, SCORED).policy.name == name


def test_a_shadow_sees_the_same_comment() -> None:
    new = {
        "rules": [{"name": "new", "action": "block", "when": {"account_age_days": {"below": 7}}}]
    }
    decider = Decider(policies({}, policies={"p": {}, "s": new}, shadows={"p": "s"}))
    for days, action in ((1, Action.BLOCK), (9, Action.ALLOW)):
        comment = Comment("1", "x", context=CommentContext(account_age_days=days))
        found = decider.decide("key", "x", comment, SCORED)
        assert found.shadow == ("p", "s", Action.ALLOW, action)
