"""Findings have shares with intervals, and begin with what changes most."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from moderator.backtest.findings import Findings, findings
from moderator.backtest.run import Backtest
from moderator.backtest.sample import Sample
from moderator.policy.policy import Decision
from moderator.policy.rejudging import Undecided
from moderator.records import Action, Comment, Reason
from moderator.replay.diff import MAX_COMMUNITIES, OTHERS, Change, Diff
from tests.unit.backtest.test_run import STRICT, refuse, stub_sides

ALLOWED = Decision(Action.ALLOW, ())
HELD = Decision(Action.REVIEW, (Reason("review.threat", "threat", 0.6, 0.5),))
BLOCKED = Decision(Action.BLOCK, (Reason("block.insult", "insult", 0.9, 0.8),))


@pytest.fixture
def found() -> Findings:
    with ThreadPoolExecutor(1) as executor:
        backtest = Backtest(stub_sides(executor, STRICT), Sample(2), on_error=refuse)
    for community, before, after, times in (
        ("calm", ALLOWED, ALLOWED, 6),
        ("calm", HELD, HELD, 1),
        (None, ALLOWED, HELD, 2),
        ("loud", BLOCKED, HELD, 1),
    ):
        for _ in range(times):
            backtest.diff.count(community, before, after)
    backtest.diff.undecided[Undecided.NO_COMMENT] = 4
    place = backtest.sample.place(Action.ALLOW, Action.REVIEW)
    assert place == 0
    change = Change.of(Comment("1", "words"), ALLOWED, HELD, ({"threat": 0.4}, {"threat": 0.6}))
    backtest.sample.put(place, change)
    return findings(backtest, (), ())


def test_totals(found: Findings) -> None:
    totals = found.totals
    assert (totals.compared, totals.changed) == (10, 3)
    assert totals.changed_share.value == 0.3
    assert (totals.held_before.value, totals.held_after.value) == (0.2, 0.4)
    assert totals.held_after.low < 0.4 < totals.held_after.high
    assert totals.undecided == {str(Undecided.NO_COMMENT): 4}


def test_what_changes_most_comes_first(found: Findings) -> None:
    communities = [(one.community, one.compared, one.changed) for one in found.communities]
    assert communities == [(None, 2, 2), ("loud", 1, 1), ("calm", 7, 0)]
    rules = [(one.rule, one.before, one.after, one.gained, one.lost) for one in found.rules]
    assert rules == [("review.threat", 1, 4, 3, 0), ("block.insult", 1, 0, 0, 1)]


def test_texts_can_be_left_out(found: Findings) -> None:
    assert [change.text for change in found.sample] == ["words"]
    assert [change.text for change in found.without_texts().sample] == [None]


def test_communities_beyond_the_limit_count_together() -> None:
    diff = Diff()
    for number in range(MAX_COMMUNITIES + 3):
        diff.count(f"c{number}", ALLOWED, ALLOWED)
    assert len(diff.communities) == MAX_COMMUNITIES + 1
    assert diff.communities[OTHERS].total() == 3
    assert diff.actions.total() == MAX_COMMUNITIES + 3
