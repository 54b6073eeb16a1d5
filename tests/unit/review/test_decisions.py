"""A decision is confirmed by the broker before it is one, and is made once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import time

import pytest

from moderator.api.refusal import RefusalError
from moderator.feedback.person import person_hash
from moderator.metrics import Metrics
from moderator.records import Action
from moderator.review.claims import ClaimedText, Claims, Person
from moderator.review.database import Database
from moderator.review.decisions import Decisions, Wanted
from moderator.review.queue import View
from moderator.settings import Settings
from tests.unit.review.conftest import Kept, decided, held
from tests.unit.review.test_intake import waits

TakeIn = Callable[..., None]
ANNA, BEN = (Person(name, person_hash(name, ""), "1", None) for name in ("anna", "ben"))


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def claims() -> Claims:
    return Claims(100.0)


@pytest.fixture
def decisions(
    settings: Settings, database: Database, claims: Claims, kept: Kept, metrics: Metrics
) -> Decisions:
    return Decisions(settings, database, claims, kept, metrics)


@pytest.fixture
def open_next(database: Database, claims: Claims) -> Callable[..., ClaimedText]:
    def claim(person: Person = ANNA) -> ClaimedText:
        with database.write() as connection:
            item = claims.next(connection, person, View(), time())
        assert item is not None
        return item

    return claim


OpenNext = Callable[..., ClaimedText]


def want(item: ClaimedText, action: Action = Action.BLOCK, *, once: bool = False) -> Wanted:
    return Wanted(item.key, item.id, action, once, "why")


async def refusal(decisions: Decisions, person: Person, wanted: Wanted) -> tuple[int, str]:
    with pytest.raises(RefusalError) as refused:
        await decisions.decide(person, wanted)
    return refused.value.status, refused.value.reason


async def test_a_decision_is_about_every_comment_with_the_text(
    database: Database, take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a", "same", community="games"), held("b", "same", community="games", after_s=1))
    outcome = await decisions.decide(ANNA, want(open_next()))
    assert (outcome.did, outcome.comments) == ("block", 2)
    assert waits(database) == {}
    (feedback,) = kept.feedback
    assert (feedback.source, feedback.id, feedback.text) == ("review", "b", "same")
    assert (feedback.action, feedback.by, feedback.note) == (Action.BLOCK, ANNA.hash, "why")
    assert (feedback.community, feedback.verdict) == ("games", Action.REVIEW)
    assert feedback.expires_at is not None


async def test_once_is_about_one_comment(
    database: Database, take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a", "same"), held("b", "same", after_s=1))
    outcome = await decisions.decide(ANNA, want(open_next(), once=True))
    assert outcome.comments == 1
    assert waits(database) == {"a": 1}
    assert kept.feedback[0].expires_at is None


async def test_what_the_broker_does_not_confirm_is_not_decided(
    database: Database, take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a"))
    item = open_next()
    kept.is_away = True
    assert await refusal(decisions, ANNA, want(item)) == (503, "not_kept")
    assert waits(database) == {"a": 1}
    kept.is_away = False
    assert (await decisions.decide(ANNA, want(item))).comments == 1


async def test_nobody_decides_about_what_he_has_not_claimed(
    take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a"))
    item = open_next()
    assert await refusal(decisions, BEN, want(item)) == (409, "not_claimed")
    gone = want(item)._replace(id="b")
    assert await refusal(decisions, ANNA, gone) == (409, "decided")
    assert kept.feedback == []


async def test_what_somebody_else_decided_meanwhile_stays(
    take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a"))
    item = open_next()
    take_in(decided("a", "a", Action.ALLOW))
    assert await refusal(decisions, ANNA, want(item)) == (409, "decided")
    assert kept.feedback == []


async def test_a_repeated_request_decides_nothing_twice(
    take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a"))
    item = open_next()
    first = await decisions.decide(ANNA, want(item))
    again = await decisions.decide(ANNA, want(item))
    assert (first.did, again.did) == ("block", "block")
    assert len(kept.feedback) == 1
    assert await refusal(decisions, ANNA, want(item, Action.ALLOW)) == (409, "decided")


async def test_two_requests_at_once_decide_once(
    take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a"))
    item = open_next()
    found = await asyncio.gather(
        *(decisions.decide(ANNA, want(item)) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(one, RefusalError) and one.reason == "busy" for one in found) == 1
    assert len(kept.feedback) == 1


async def test_undo_takes_the_last_own_decision_back_then_the_one_before(
    database: Database, take_in: TakeIn, decisions: Decisions, kept: Kept, open_next: OpenNext
) -> None:
    take_in(held("a"), held("b", after_s=1), held("c", after_s=2))
    for person, action in ((ANNA, Action.BLOCK), (ANNA, Action.ALLOW), (BEN, Action.BLOCK)):
        await decisions.decide(person, want(open_next(person), action))
    assert waits(database) == {}
    assert [(await decisions.undo(ANNA)).id for _ in range(2)] == ["b", "c"]
    assert waits(database) == {"b": 1, "c": 1}
    assert [one.undone for one in kept.feedback] == [False] * 3 + [True] * 2
    assert kept.feedback[-1].text == "c"
    with pytest.raises(RefusalError) as refused:
        await decisions.undo(ANNA)
    assert (refused.value.status, refused.value.reason) == (404, "nothing_to_undo")


async def test_undo_leaves_what_somebody_else_decided_since(
    take_in: TakeIn, decisions: Decisions, open_next: OpenNext
) -> None:
    take_in(held("a"))
    await decisions.decide(ANNA, want(open_next()))
    take_in(decided("a", "a", Action.ALLOW))
    with pytest.raises(RefusalError, match="none of your decisions is in force"):
        await decisions.undo(ANNA)


async def test_the_log_says_who_did_what(
    database: Database, take_in: TakeIn, decisions: Decisions, open_next: OpenNext
) -> None:
    take_in(held("a", community="games"), decided("z", "z", Action.ALLOW, days=None))
    await decisions.decide(ANNA, want(open_next()))
    await decisions.undo(ANNA)
    with database.read() as connection:
        rows = decisions.log(connection, None)
        games = decisions.log(connection, "games")
    assert [(row.by, row.action, row.id) for row in rows] == [
        (ANNA.hash, None, "a"), (ANNA.hash, "block", "a"), ("somebody", "allow", "z"),
    ]  # fmt: skip
    assert [(row.source, row.holds, row.undone) for row in rows] == [
        ("review", False, False), ("review", True, True), ("cli", False, False),
    ]  # fmt: skip
    assert [row.id for row in games] == ["a", "a"]


async def test_decisions_are_counted(
    take_in: TakeIn, decisions: Decisions, metrics: Metrics, open_next: OpenNext
) -> None:
    take_in(held("a"))
    await decisions.decide(ANNA, want(open_next()))
    await decisions.undo(ANNA)
    for action in ("block", "undo"):
        name = "moderator_review_decisions_total"
        assert metrics.registry.get_sample_value(name, {"action": action}) == 1
