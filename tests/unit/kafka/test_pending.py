"""What publishing still waits for."""

from __future__ import annotations

from moderator.kafka.pending import PendingComments


def test_comments_of_one_id_are_counted_one_by_one() -> None:
    awaited = PendingComments()
    awaited.add("a", 100)
    awaited.add("a", 30)
    awaited.add("b", 5)
    assert (len(awaited), awaited.size_bytes) == (3, 135)
    awaited.came("a")
    assert (len(awaited), awaited.size_bytes) == (2, 35)
    awaited.came("a")
    awaited.came("b")
    assert (len(awaited), awaited.size_bytes) == (0, 0)


def test_what_nobody_waits_for_changes_nothing() -> None:
    awaited = PendingComments()
    awaited.add("a", 1)
    for comment_id in ("a", "a", "stranger"):
        awaited.came(comment_id)
    assert (len(awaited), awaited.size_bytes) == (0, 0)
