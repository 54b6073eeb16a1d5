"""What waits follows from the two topics, in whatever order and however often they are read."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import msgspec
import pytest

from moderator.feedback.record import Feedback
from moderator.records import Action, Verdict
from moderator.review.database import Database
from moderator.review.intake import Intake
from moderator.settings import Settings
from tests.unit.review.conftest import NOW, decided, held

TakeIn = Callable[..., None]
DAY_S = 86_400.0


def waits(database: Database) -> dict[str, int]:
    """Newest id → how many comments have its text, of what the queue offers."""
    with database.read() as connection:
        return dict(connection.execute("SELECT newest, held FROM texts").fetchall())


def test_held_comments_wait_and_equal_texts_are_one(database: Database, take_in: TakeIn) -> None:
    take_in(
        held("a", "you idiot"),
        held("b", "you idiot", after_s=1),
        held("c", "you idiot", community="games"),
        held("d", action=Action.ALLOW),
        held("e", action=Action.BLOCK),
    )
    assert waits(database) == {"b": 2, "c": 1}


def test_the_last_verdict_of_an_id_counts(database: Database, take_in: TakeIn) -> None:
    take_in(held("a", "old", after_s=1), held("a", "older"), held("b"), held("c"))
    take_in(held("b", action=Action.ALLOW, after_s=2))
    take_in(held("c", "edited", after_s=2))
    assert waits(database) == {"a": 1, "c": 1}
    with database.read() as connection:
        assert connection.execute("SELECT text FROM items WHERE id = 'c'").fetchone() == ("edited",)


RECORDS = (
    held("a", "you idiot"),
    held("b", "you idiot", after_s=1),
    held("c"),
    decided("a", "you idiot", Action.BLOCK),
)


@pytest.mark.parametrize("order", list(itertools.permutations(RECORDS)))
def test_a_decision_counts_whichever_topic_is_read_first(
    database: Database, take_in: TakeIn, order: tuple[Verdict | Feedback, ...]
) -> None:
    for record in order:
        take_in(record)
        take_in(record)  # as after a kill: read, but its offset was not kept
    assert waits(database) == {"c": 1}


def test_a_decided_comment_that_is_judged_again_is_not_offered_again(
    database: Database, take_in: TakeIn
) -> None:
    take_in(held("a"), decided("a", "a", Action.ALLOW, days=None), held("a", after_s=99))
    assert waits(database) == {}
    take_in(held("a", "edited", after_s=100))
    assert waits(database) == {"a": 1}


def test_a_decision_about_one_comment_holds_for_no_other(
    database: Database, take_in: TakeIn
) -> None:
    take_in(held("a", "same"), held("b", "same", after_s=1))
    take_in(decided("b", "same", Action.ALLOW, days=None))
    assert waits(database) == {"a": 1}


def test_a_decision_holds_until_it_expires_and_in_its_community(
    database: Database, take_in: TakeIn
) -> None:
    take_in(decided("x", "same", Action.BLOCK, days=1, community="games"))
    take_in(
        held("early", "same", after_s=DAY_S, community="games"),
        held("late", "same", after_s=DAY_S + 61, community="games"),
        held("elsewhere", "same", after_s=1),
    )
    assert waits(database) == {"late": 1, "elsewhere": 1}


def test_a_decision_by_id_counts_without_the_community(database: Database, take_in: TakeIn) -> None:
    take_in(held("a", community="games"), decided("a", "a", Action.ALLOW, days=None))
    assert waits(database) == {}


def test_what_is_taken_back_waits_again(database: Database, take_in: TakeIn) -> None:
    take_in(held("a", "same"), held("b", "same", after_s=1), held("c", "same", after_s=2))
    take_in(decided("c", "same", Action.ALLOW, days=None))
    take_in(decided("a", "same", Action.BLOCK, after_s=61))
    assert waits(database) == {}
    undo = decided("a", "same", None, after_s=62, undone=True)
    take_in(undo)
    take_in(undo)
    assert waits(database) == {"b": 2}  # `c` was decided for itself


def test_who_decides_for_review_holds_it_again(database: Database, take_in: TakeIn) -> None:
    take_in(held("a"), decided("a", "a", Action.ALLOW))
    take_in(decided("a", "a", Action.REVIEW, after_s=61))
    assert waits(database) == {"a": 1}


def test_suggestions_decide_nothing(database: Database, take_in: TakeIn) -> None:
    take_in(held("a"), decided("a", "a", None))
    assert waits(database) == {"a": 1}


def test_verdicts_without_a_text_are_counted(database: Database, take_in: TakeIn) -> None:
    bare = msgspec.structs.replace(held("a"), comment=msgspec.UNSET)
    strange = msgspec.structs.replace(held("b"), comment={"text": 7})
    take_in(bare, strange, msgspec.structs.replace(bare, action=Action.ALLOW))
    assert waits(database) == {}
    with database.read() as connection:
        assert connection.execute("SELECT * FROM counts").fetchall() == [("textless", 2)]


def test_times_that_are_none_are_the_brokers(database: Database, settings: Settings) -> None:
    timeless = msgspec.structs.replace(held("a"), scored_at="yesterday")
    Intake(database, settings).apply([(timeless, 12.0)])
    with database.read() as connection:
        assert connection.execute("SELECT at FROM items").fetchone() == (12.0,)


def test_only_the_last_comments_are_kept_as_parents(database: Database, settings: Settings) -> None:
    review = settings.review.model_copy(update={"parents": 2})
    intake = Intake(database, settings.model_copy(update={"review": review}))
    said = [held(name, action=Action.ALLOW) for name in ("p1", "p2", "p3")]
    intake.apply([(one, 1.0) for one in (said[0], held("a", parent_id="p1"), *said[1:])])
    with database.read() as connection:
        kept = connection.execute("SELECT id FROM parents ORDER BY n").fetchall()
        found = connection.execute("SELECT parent_text FROM items").fetchone()
    assert kept == [("p2",), ("p3",)]
    assert found == ("p1",)


def test_offsets_are_kept_with_the_rows_or_not_at_all(
    database: Database, settings: Settings
) -> None:
    intake = Intake(database, settings)
    intake.apply([(held("a"), 1.0)], {("verdicts", 0): 5})

    def breaking() -> object:
        yield held("b"), 1.0
        raise RuntimeError

    with pytest.raises(RuntimeError):
        intake.apply(breaking(), {("verdicts", 0): 6})  # type: ignore[arg-type]
    assert waits(database) == {"a": 1}
    with database.read() as connection:
        assert connection.execute("SELECT next FROM offsets").fetchall() == [(5,)]


def test_decided_comments_are_forgotten_with_their_topic(
    database: Database, settings: Settings, take_in: TakeIn
) -> None:
    take_in(held("waiting"), held("done"), decided("done", "done", Action.ALLOW))
    later = NOW.timestamp() + DAY_S
    Intake(database, settings).prune(later, later)
    with database.read() as connection:
        assert connection.execute("SELECT id FROM items").fetchall() == [("waiting",)]
        assert connection.execute("SELECT count(*) FROM feedback").fetchone() == (0,)
