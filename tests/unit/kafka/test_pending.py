"""What publishing still waits for."""

from __future__ import annotations

from moderator.kafka.pending import PendingComments


def test_comments_of_one_id_are_counted_one_by_one() -> None:
    pending = PendingComments()
    pending.add("a", 100)
    pending.add("a", 30)
    pending.add("b", 5)
    assert (len(pending), pending.size_bytes) == (3, 135)
    pending.remove("a")
    assert (len(pending), pending.size_bytes) == (2, 35)
    pending.remove("a")
    pending.remove("b")
    assert (len(pending), pending.size_bytes) == (0, 0)


def test_an_id_that_is_not_pending_changes_nothing() -> None:
    pending = PendingComments()
    pending.add("a", 1)
    for comment_id in ("a", "a", "stranger"):
        pending.remove(comment_id)
    assert (len(pending), pending.size_bytes) == (0, 0)
