"""A person's decision holds for the same text in the same community, for its time."""

from __future__ import annotations

import pytest

from moderator.policy.overrides import Override, Overrides
from moderator.records import Action, Comment
from moderator.testing import ManualClock
from tests.unit.conftest import MakePipeline

TEXT = "you are the worst"


@pytest.fixture
def overrides(clock: ManualClock) -> Overrides:
    return Overrides("secret", clock)


def test_holds_for_the_same_text_and_community(overrides: Overrides, clock: ManualClock) -> None:
    overrides.put("games", TEXT, Override(Action.ALLOW, clock.now + 60))
    found = overrides.decide("games", TEXT)
    assert found is not None
    assert found.action is Action.ALLOW
    assert [(reason.rule, reason.label) for reason in found.reasons] == [("allow.human", "human")]
    assert overrides.decide("news", TEXT) is None
    assert overrides.decide(None, TEXT) is None
    assert overrides.decide("games", TEXT + "!") is None


def test_no_community_is_not_the_one_without_a_name(
    overrides: Overrides, clock: ManualClock
) -> None:
    overrides.put(None, TEXT, Override(Action.BLOCK, clock.now + 60))
    assert overrides.decide("", TEXT) is None
    assert overrides.decide(None, TEXT) is not None


def test_ends_when_its_time_is_up(overrides: Overrides, clock: ManualClock) -> None:
    overrides.put(None, TEXT, Override(Action.BLOCK, clock.now + 60))
    clock.advance(60)
    assert overrides.decide(None, TEXT) is None
    assert len(overrides) == 0
    overrides.put(None, TEXT, Override(Action.BLOCK, clock.now - 1))
    assert len(overrides) == 0


def test_the_last_decision_counts_and_may_be_taken_back(
    overrides: Overrides, clock: ManualClock
) -> None:
    for action in (Action.BLOCK, Action.ALLOW):
        overrides.put(None, TEXT, Override(action, clock.now + 60))
    found = overrides.decide(None, TEXT)
    assert found is not None
    assert found.action is Action.ALLOW
    overrides.drop(None, TEXT)
    assert overrides.decide(None, TEXT) is None


async def test_the_pipeline_obeys_it_whatever_the_scores(make_pipeline: MakePipeline) -> None:
    pipeline = make_pipeline()
    pipeline.overrides.put("games", TEXT, Override(Action.BLOCK, 1e12))
    pipeline.overrides.put(None, "fine", Override(Action.REVIEW, 1e12))
    comments = [Comment("1", TEXT, "games"), Comment("2", TEXT), Comment("3", "fine")]
    for _ in range(2):  # scored, and from the cache
        verdicts = await pipeline.moderate(comments)
        assert [verdict.action for verdict in verdicts] == ["block", "allow", "review"]
        assert verdicts[0].reasons[0].rule == "block.human"
        assert verdicts[1].reasons == ()
