"""Stored verdicts are decided again only if they hold all that the decision goes by."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from moderator.policy import Decision, Policies
from moderator.policy.rejudging import Rejudge, Undecided
from moderator.policy.stored import scored_of
from moderator.records import Action, Component, Scored, Verdict
from tests.unit.policy.files import policies

HOLDS = {"review": {"toxicity": 0.5}}
PLAIN = policies(HOLDS)
STORED = Verdict(
    id="1", action=Action.ALLOW, reasons=(), scores={"toxicity": 0.6}, matches=(),
    scorer=Component("s", "1"), policy=PLAIN.components[0], cached=False, degraded=False,
    scored_at="2026-01-01T00:00:00Z", latency_ms=1.0, community="games",
)  # fmt: skip


def with_words(**words: Any) -> Policies:
    return policies(HOLDS, communities={"games": {"lexicon": words}})


ADDING, ALLOWING = with_words(add=["noob"]), with_words(allow=["damn"])


@pytest.mark.parametrize(
    ("new", "made_by", "carried", "found"),
    [
        (PLAIN, PLAIN, None, Action.REVIEW),
        (ADDING, PLAIN, None, Undecided.OTHER_WORDS),
        (ADDING, PLAIN, "you noob", Action.REVIEW),
        (ADDING, ADDING, None, Action.REVIEW),
        (ALLOWING, ADDING, "you noob", Undecided.OTHER_WORDS),
        (PLAIN, ADDING, "you noob", Undecided.OTHER_WORDS),
    ],
)
def test_matches_rest_on_the_communitys_words_of_their_time(
    new: Policies, made_by: Policies, carried: str | None, found: Action | Undecided
) -> None:
    verdict = replace(
        STORED,
        policy=made_by.of("games")[1],
        comment=UNSET if carried is None else {"text": carried},
    )
    decided = Rejudge(new, known=[PLAIN, ADDING, ALLOWING]).decide(verdict)
    assert (decided.action if isinstance(decided, Decision) else decided) is found


def test_an_unknown_policy_may_have_had_other_words() -> None:
    verdict = replace(STORED, policy=Component("gone", "0"))
    assert Rejudge(PLAIN, known=[ADDING]).decide(verdict) is Undecided.OTHER_WORDS
    elsewhere = replace(verdict, community="news")
    assert isinstance(Rejudge(PLAIN, known=[ADDING]).decide(elsewhere), Decision)


def test_a_text_that_was_too_long_is_held_though_its_verdict_does_not_say_so() -> None:
    verdict = replace(STORED, scores={"toxicity": 0.1}, comment={"text": "a" * 20})
    held = Rejudge(PLAIN, max_text_bytes=10).decide(verdict)
    assert isinstance(held, Decision)
    assert [reason.rule for reason in held.reasons] == ["review.truncated"]


@pytest.mark.parametrize("causes", [("truncated",), ("truncated_by_budget",)])
def test_what_was_judged_in_part_stays_so_whatever_was_decided(causes: Any) -> None:
    verdict = replace(STORED, scores={"toxicity": 0.1}, in_part=causes)
    held = Rejudge(PLAIN).decide(verdict)
    assert isinstance(held, Decision)
    assert [reason.rule for reason in held.reasons] == [f"review.{causes[0]}"]
    assert scored_of(verdict).in_part == causes


def test_low_scores_do_not_hide_what_else_holds_a_comment() -> None:
    low = replace(STORED, scores={"toxicity": 0.1})
    unknown = policies({**HOLDS, "on_unknown_language": "review"})
    assert Rejudge(PLAIN).decide(low) == Decision(Action.ALLOW, ())
    for new, verdict in (
        (PLAIN, replace(low, degraded=True)),
        (unknown, replace(low, unjudged=True)),
    ):
        held = Rejudge(new).decide(verdict)
        assert isinstance(held, Decision)
        assert held.action is Action.REVIEW


def test_quotes_that_failed_do_not_count_where_quotes_do_not() -> None:
    quoting = replace(STORED, with_quotes={"toxicity": 0.9})
    assert isinstance(Rejudge(PLAIN).decide(quoting), Decision)
    failed = replace(quoting, degraded=True)
    assert Rejudge(PLAIN).decide(failed) is Undecided.OTHER_QUOTES


def test_scored_of_a_plain_verdict_is_that_of_the_long_way() -> None:
    assert scored_of(STORED) == Scored(STORED.scores)
