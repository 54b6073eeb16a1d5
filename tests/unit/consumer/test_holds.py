"""Which partitions are on hold, and that those which the broker cannot read go on once it can."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from moderator.consumer import comments
from moderator.consumer.comments import UNREADABLE, CommentConsumer
from moderator.consumer.fetches import FetchWatcher
from moderator.testing import ManualClock
from tests.unit.consumer.batches import batch
from tests.unit.consumer.test_fetches import TP as AIOKAFKA_TP
from tests.unit.consumer.test_fetches import answer

HERE = TP("comments", 0)


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> Any:
    """One that is assigned one partition, of which it has read two records."""
    monkeypatch.setattr(comments, "monotonic", clock)
    monkeypatch.setattr("moderator.consumer.fetches.monotonic", clock)
    found: Any = CommentConsumer.__new__(CommentConsumer)
    watcher = FetchWatcher()
    watcher.restart(AIOKAFKA_TP, 0)
    watcher.answered(answer(batch(0, [b"a", b"b"])))
    found._thread = SimpleNamespace(watcher=watcher)
    found.holds, found._failing = {}, set()
    found.assignment = lambda: {HERE}
    return found


def test_what_the_broker_cannot_read_for_a_while_is_on_hold_until_it_can(
    consumer: Any, clock: ManualClock
) -> None:
    watcher = consumer._thread.watcher
    watcher.answered(answer(error=-1))
    consumer._hold_failing()
    assert consumer.holds == {}
    clock.advance(11)
    consumer._hold_failing()
    hold = consumer.holds[HERE]
    assert hold.reason == UNREADABLE
    assert hold.message.startswith("comments/0: the broker cannot read its log from offset 2 on")
    assert "`moderator topics skip comments 0 2`" in hold.message
    clock.advance(11)
    consumer._hold_failing()
    assert consumer.holds == {HERE: hold}
    watcher.answered(answer())
    consumer._hold_failing()
    assert consumer.holds == {}


def test_partitions_that_went_elsewhere_are_not_held(consumer: Any, clock: ManualClock) -> None:
    consumer.assignment = set
    consumer._thread.watcher.answered(answer(error=56))
    clock.advance(11)
    consumer._hold_failing()
    assert consumer.holds == {}


def test_a_hold_of_another_kind_stays(consumer: Any, clock: ManualClock) -> None:
    consumer.holds[HERE] = other = comments.Hold(comments.LOST_OFFSETS, "decide")
    consumer._thread.watcher.answered(answer(error=2))
    clock.advance(11)
    consumer._hold_failing()
    consumer._thread.watcher.answered(answer())
    consumer._hold_failing()
    assert consumer.holds == {HERE: other}
