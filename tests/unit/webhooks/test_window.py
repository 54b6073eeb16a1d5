"""A commit never passes a record whose event is in flight."""

from __future__ import annotations

from moderator.webhooks.window import DeliveryWindow


def test_commits_up_to_the_first_that_is_not_done() -> None:
    window = DeliveryWindow()
    window.take(0, 5, 10.0)
    window.take(0, 6, 11.0)
    window.passed(0, 7)
    window.passed(1, 3)
    assert len(window) == 2
    assert window.committable() == {0: 5, 1: 4}
    window.done(0, 6)
    assert window.committable()[0] == 5
    assert window.oldest_s() == 10.0
    window.done(0, 5)
    assert window.committable()[0] == 8
    assert window.oldest_s() is None


def test_partitions_of_others_are_forgotten() -> None:
    window = DeliveryWindow()
    window.take(0, 5, 10.0)
    window.take(1, 9, 11.0)
    window.forget({0})
    window.done(0, 5)
    assert window.committable() == {1: 9}
