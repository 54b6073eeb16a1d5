"""The queue: equal texts once, in order, filtered, a page at a time, one community if need be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from moderator.records import Action
from moderator.review.database import Database
from moderator.review.queue import PAGE, View, choices, page, waiting
from tests.unit.review.conftest import NOW, held

TakeIn = Callable[..., None]


@pytest.fixture(autouse=True)
def some(take_in: TakeIn) -> None:
    take_in(
        held("mild", score=0.6, after_s=3, community="games"),
        held("grave", score=0.9, after_s=1, community="games", rule="review.threat"),
        held("same-1", "same", score=0.7, after_s=0),
        held("same-2", "same", score=0.8, after_s=2),
    )


def shown(database: Database, own: str | None = None, **view: Any) -> list[str]:
    with database.read() as connection:
        return [row.preview for row in page(connection, View(**view), own, 0, 0.0).rows]


def test_newest_or_worst_first(database: Database) -> None:
    assert shown(database) == ["mild", "same", "grave"]
    assert shown(database, order="worst") == ["grave", "same", "mild"]


@pytest.mark.parametrize(
    ("view", "found"),
    [
        ({"community": "games"}, ["mild", "grave"]),
        ({"community": ""}, ["same"]),
        ({"rule": "review.threat"}, ["grave"]),
        ({"action": Action.REVIEW}, ["mild", "same", "grave"]),
        ({"action": Action.BLOCK}, []),
        ({"community": "games", "rule": "review.insult"}, ["mild"]),
        ({"community": "' OR 1=1 --"}, []),
    ],
)
def test_filters(database: Database, view: dict[str, Any], found: list[str]) -> None:
    assert shown(database, **view) == found


def test_a_token_for_a_community_sees_only_that(database: Database) -> None:
    assert shown(database, "games") == ["mild", "grave"]
    assert shown(database, "games", community="") == []
    with database.read() as connection:
        assert choices(connection, "games").communities == [("games", 2)]
        assert page(connection, View(), "games", 0, 0.0).comments == 2


def test_counts_and_choices(database: Database) -> None:
    with database.read() as connection:
        found = page(connection, View(), None, 0, 0.0)
        assert (found.comments, found.texts) == (4, 3)
        assert found.oldest == pytest.approx(NOW.timestamp(), abs=0.002)
        assert next(row.same for row in found.rows if row.preview == "same") == 2
        assert waiting(connection) == (4, found.oldest)
        offered = choices(connection, None)
    assert offered.communities == [("games", 2), ("", 1)]
    assert offered.rules == [("review.insult", 2), ("review.threat", 1)]


def test_page_after_page(database: Database, take_in: TakeIn) -> None:
    take_in(*(held(f"c{number:03}", after_s=-number - 1) for number in range(PAGE)))
    with database.read() as connection:
        first = page(connection, View(), None, 0, 0.0).rows
        second = page(connection, View(), None, PAGE, 0.0).rows
    assert len(first) == PAGE
    assert [row.preview for row in second] == [f"c{PAGE - n:03}" for n in (3, 2, 1)]


def test_who_has_a_text_open_is_seen_until_the_lease_ends(database: Database) -> None:
    with database.write() as connection:
        key = connection.execute("SELECT key FROM texts WHERE newest = 'mild'").fetchone()[0]
        connection.execute("INSERT INTO claims VALUES (?, 'x', 10)", (key,))
    for now, is_claimed in ((9.0, True), (11.0, False)):
        with database.read() as connection:
            assert page(connection, View(), None, 0, now).rows[0].is_claimed is is_claimed


def test_pages_are_found_without_sorting_everything(database: Database) -> None:
    with database.read() as connection:
        for view in (View(), View("worst")):
            plan = connection.execute(
                f"EXPLAIN QUERY PLAN SELECT * FROM texts ORDER BY {view.sorting} LIMIT 30"
            ).fetchall()
            assert not any("TEMP B-TREE" in row[3] for row in plan)
