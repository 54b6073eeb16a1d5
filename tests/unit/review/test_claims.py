"""Two people never have the same text; what nobody works on any more is offered again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderator.api.refusal import RefusalError
from moderator.records import Action
from moderator.review.claims import ClaimedText, Claims, Parent, Person
from moderator.review.database import Database
from moderator.review.queue import View
from tests.unit.review.conftest import decided, held

TakeIn = Callable[..., None]
ANNA, BEN = Person("anna", "anna", "1", None), Person("ben", "ben", "1", None)
LEASE_S = 100.0


@pytest.fixture
def claims() -> Claims:
    return Claims(LEASE_S)


def next_of(
    database: Database, claims: Claims, person: Person, now: float = 0.0, view: View | None = None
) -> ClaimedText | None:
    with database.write() as connection:
        return claims.next(connection, person, view or View(), now)


def ids(*items: ClaimedText | None) -> list[str | None]:
    return [item.id if item else None for item in items]


def test_two_people_never_have_the_same_text(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a", "same"), held("b", "same", after_s=1), held("c", after_s=-1))
    found = [
        next_of(database, claims, person) for person in (ANNA, BEN, Person("eve", "eve", "1", None))
    ]
    assert ids(*found) == ["b", "c", None]
    assert found[0] is not None
    assert (found[0].same, found[0].lease_s) == (2, LEASE_S)


def test_two_tabs_of_one_person_have_different_texts(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a"), held("b", after_s=1))
    tabs = [next_of(database, claims, Person("anna", "anna", tab, None)) for tab in "12"]
    assert ids(*tabs) == ["b", "a"]


def test_a_tab_gets_what_it_had_open_and_a_claim_ends_with_its_lease(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a"))
    assert ids(next_of(database, claims, ANNA)) == ["a"]
    take_in(held("b", after_s=1))
    assert ids(next_of(database, claims, ANNA, 99.0)) == ["a"]
    assert ids(next_of(database, claims, BEN, 99.0)) == ["b"]
    assert ids(next_of(database, claims, BEN, 300.0)) == ["b"]
    with database.write() as connection, pytest.raises(RefusalError) as refused:
        claims.renew(connection, ANNA, next_key(database, "a"), 300.0)
    assert refused.value.reason == "not_claimed"


def next_key(database: Database, comment_id: str) -> str:
    with database.read() as connection:
        row = connection.execute("SELECT key FROM items WHERE id = ?", (comment_id,)).fetchone()
        return str(row[0])


def test_a_renewed_claim_lasts(database: Database, claims: Claims, take_in: TakeIn) -> None:
    take_in(held("a"))
    next_of(database, claims, ANNA)
    with database.write() as connection:
        claims.renew(connection, ANNA, next_key(database, "a"), 99.0)
    assert ids(next_of(database, claims, BEN, 150.0)) == [None]
    assert ids(next_of(database, claims, BEN, 200.0)) == ["a"]


def test_another_view_frees_what_was_open(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a", community="games"), held("b", after_s=1))
    assert ids(next_of(database, claims, ANNA)) == ["b"]
    games = View(community="games")
    assert ids(next_of(database, claims, ANNA, view=games)) == ["a"]
    assert ids(next_of(database, claims, BEN)) == ["b"]


def test_a_skipped_text_is_for_others_until_asked_for_again(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a"))
    next_of(database, claims, ANNA)
    with database.write() as connection:
        claims.skip(connection, ANNA, next_key(database, "a"))
        assert claims.skipped(connection, ANNA) == 1
        assert claims.skipped(connection, BEN) == 0
    assert ids(next_of(database, claims, ANNA), next_of(database, claims, BEN)) == [None, "a"]
    with database.write() as connection:
        claims.again(connection, ANNA)
    assert ids(next_of(database, claims, ANNA, 101.0)) == ["a"]


def test_a_certain_text_is_taken_unless_somebody_has_it(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a"), held("b", after_s=1), held("c", community="games"))
    next_of(database, claims, ANNA)
    only_games = Person("eve", "eve", "1", "games")
    wanted = [(BEN, "b", "taken"), (only_games, "a", "decided")]
    for person, comment_id, reason in wanted:
        with database.write() as connection, pytest.raises(RefusalError) as refused:
            claims.take(connection, person, next_key(database, comment_id), 1.0)
        assert (refused.value.status, refused.value.reason) == (409, reason)
    with database.write() as connection:
        assert claims.take(connection, BEN, next_key(database, "a"), 1.0).id == "a"


def test_a_token_for_a_community_is_offered_only_that(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a", community="games"), held("b", after_s=1))
    assert ids(next_of(database, claims, Person("eve", "eve", "1", "games"))) == ["a"]


def test_a_claim_ends_when_somebody_else_decides(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a"))
    next_of(database, claims, ANNA)
    take_in(decided("a", "a", Action.ALLOW))
    assert ids(next_of(database, claims, ANNA)) == [None]
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM claims").fetchone() == (0,)


def test_what_the_page_shows_of_a_comment(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(
        held("p", "the parent", action=Action.ALLOW),
        held("a", "i" * 30_000, community="games", parent_id="p", author="u7", created_at="then"),
    )
    item = next_of(database, claims, ANNA)
    assert item is not None
    assert (len(item.text), item.characters) == (20_000, 30_000)
    assert item.parent == Parent("p", "the parent")
    assert (item.community, item.author, item.created_at) == ("games", "u7", "then")
    assert item.reasons[0].rule == "review.insult"
    assert (item.spans[0].start, item.spans[0].end, item.spans[0].category) == (0, 1, "insult")


def test_a_parent_that_comes_later_is_shown_too(
    database: Database, claims: Claims, take_in: TakeIn
) -> None:
    take_in(held("a", parent_id="p"))
    item = next_of(database, claims, ANNA)
    assert item is not None
    assert item.parent == Parent("p", None)
    take_in(held("p", "the parent", action=Action.ALLOW))
    item = next_of(database, claims, ANNA)
    assert item is not None
    assert item.parent == Parent("p", "the parent")
