"""What a stored verdict says of the scorers and of the comment, whether or not it carries it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from moderator.policy.stored import carried_text, comment_of, scored_of
from moderator.records import Action, Comment, CommentContext, Match, Reason, Scored
from tests.unit.records.test_json import VERDICT


def stored(**fields: Any) -> Any:
    return msgspec.structs.replace(VERDICT, **fields)


def reason(rule: str, label: str) -> Reason:
    return Reason(rule, label, 0.0, 0.0)


def test_what_the_scorers_found_is_what_they_said() -> None:
    found: dict[str, Any] = {
        "scores": {"insult": 0.7},
        "matches": (Match(0, 4, "damn", "coarse", 1),),
        "with_quotes": {"insult": 0.8},
        "language": "de",
        "language_probability": 0.9,
        "unjudged": True,
    }
    assert scored_of(stored(**found)) == Scored(**found)
    held = stored(**found, action=Action.REVIEW, reasons=(reason("review.insult", "insult"),))
    assert scored_of(held) == Scored(**found)


def test_failed_scorers_are_those_that_a_reason_names() -> None:
    named = stored(degraded=True, reasons=(reason("review.scorer_failed", "compact"),))
    assert scored_of(named).failed == ("compact",)
    assert scored_of(stored(degraded=True)).failed == ("a scorer",)
    graver = stored(degraded=True, reasons=(reason("block.insult", "insult"),))
    assert scored_of(graver).failed == ("a scorer",)
    assert scored_of(stored(reasons=graver.reasons)).failed == ()


@pytest.mark.parametrize(
    ("cause", "truncated", "over_budget"),
    [("truncated", True, False), ("truncated_by_budget", False, True)],
)
def test_what_was_judged_in_part_is_known_from_its_field_or_an_old_reason(
    cause: str, truncated: bool, over_budget: bool
) -> None:
    for verdict in (
        stored(in_part=(cause,)),
        stored(reasons=(reason(f"review.{cause}", "truncated"),)),
    ):
        found = scored_of(verdict)
        assert (found.truncated, found.over_budget) == (truncated, over_budget)


def test_a_verdict_without_its_comment_gives_its_id_and_community() -> None:
    assert carried_text(stored()) is None
    assert comment_of(stored(community="games")) == Comment("1", "", "games")


def test_a_comment_that_is_carried_comes_with_author_and_context() -> None:
    carried = {"text": "hm", "author": "anna", "context": {"author_role": "editor"}}
    assert carried_text(stored(comment=carried)) == "hm"
    assert comment_of(stored(comment=carried)) == Comment(
        "1", "hm", None, "anna", context=CommentContext("editor")
    )


@pytest.mark.parametrize("carried", [{}, {"text": 5, "author": 5, "context": "thread 7"},
                                     {"context": {"prior_holds": "many"}}])  # fmt: skip
def test_what_is_carried_in_another_form_is_unknown(carried: dict[str, Any]) -> None:
    assert carried_text(stored(comment=carried)) is None
    assert comment_of(stored(comment=carried)) == Comment("1", "")
