"""What a running consumer commits: nothing of a log that no longer holds what was read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.subscription_state import SubscriptionState
from aiokafka.errors import CommitFailedError
from faust.types import TP

from moderator.consumer import thread as module
from moderator.consumer.fetches import FetchWatcher
from moderator.consumer.lenient import KeptRecords, LenientRecords
from moderator.consumer.taken import Taken
from moderator.consumer.thread import Acknowledged, CommentConsumerThread
from moderator.kafka.lost_offsets import Bookmark
from tests.unit.consumer.batches import batch
from tests.unit.consumer.test_fetches import TP as AIOKAFKA_TP
from tests.unit.consumer.test_fetches import answer

HERE = TP("comments", 0)
LEFT_AT = 5


class FakeConsumer:
    """aiokafka's, with one partition."""

    def __init__(self) -> None:
        self._client = SimpleNamespace(asked=[])
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=None))
        self.paused: list[Any] = []
        self.commits: list[dict[Any, Any]] = []
        self.error: Exception | None = None

    def assignment(self) -> set[Any]:
        return {AIOKAFKA_TP}

    def pause(self, *tps: Any) -> None:
        self.paused += tps

    async def commit(self, offsets: dict[Any, Any]) -> None:
        if self.error is not None:
            raise self.error
        self.commits.append(offsets)


@pytest.fixture
def consumer() -> FakeConsumer:
    return FakeConsumer()


@pytest.fixture
def thread(consumer: FakeConsumer) -> Any:
    """A thread that has read five records of epoch 2, and then one of epoch 3."""
    found: Any = CommentConsumerThread.__new__(CommentConsumerThread)
    found.watcher, found.truncated = FetchWatcher(), set()
    found._taken = Taken()
    found._consumer = consumer
    found._ensure_consumer = lambda: consumer
    found.watcher.restart(AIOKAFKA_TP, 0)
    found.watcher.answered(answer(batch(0, [b"a"] * LEFT_AT, epoch=2)))
    found.watcher.answered(answer(batch(LEFT_AT, [b"b"], epoch=3)))
    return found


def epochs_end(monkeypatch: pytest.MonkeyPatch, ends: dict[Any, int]) -> list[Any]:
    """Let the broker's epochs end there; what it is asked."""
    asked: list[Any] = []

    async def epoch_ends(_client: Any, epochs: Any) -> dict[Any, int]:
        asked.append(dict(epochs))
        return ends

    monkeypatch.setattr(module, "epoch_ends", epoch_ends)
    return asked


async def test_an_epoch_that_ends_where_it_was_left_is_committed_once_verified(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = epochs_end(monkeypatch, {AIOKAFKA_TP: LEFT_AT})
    for _ in range(2):
        assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {HERE: 6}
    assert asked == [{AIOKAFKA_TP: 2}]
    assert not thread.doubtful()
    ((offset, metadata),) = consumer.commits[0].values()
    assert (offset, Bookmark.decode(metadata)) == (6, Bookmark("id", 3))


async def test_a_log_cut_below_what_was_read_is_paused_and_not_committed(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs_end(monkeypatch, {AIOKAFKA_TP: LEFT_AT - 1})
    assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {}
    assert consumer.commits == []
    assert consumer.paused == [AIOKAFKA_TP]
    assert thread.doubtful() == {HERE}


async def test_nothing_is_committed_while_the_broker_does_not_say_where_an_epoch_ends(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs_end(monkeypatch, {})
    assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {}
    assert (consumer.commits, consumer.paused, thread.doubtful()) == ([], [], set())
    epochs_end(monkeypatch, {AIOKAFKA_TP: LEFT_AT})
    assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {HERE: 6}


async def test_an_offset_that_the_broker_does_not_have_is_not_committed(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs_end(monkeypatch, {AIOKAFKA_TP: LEFT_AT})
    thread.watcher.answered(answer(error=1))
    assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {}
    assert consumer.commits == []
    assert thread.doubtful() == {HERE}


async def test_partitions_that_went_elsewhere_are_not_committed(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = epochs_end(monkeypatch, {})
    assert await thread._commit_with({TP("comments", 9): Acknowledged(6, 0)}, "id") == {}
    assert (asked, consumer.commits) == ([], [])


async def test_a_commit_that_a_rebalance_refuses_is_none(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs_end(monkeypatch, {AIOKAFKA_TP: LEFT_AT})
    crashes: list[Exception] = []

    async def crash(error: Exception) -> None:
        crashes.append(error)

    thread.crash = crash
    consumer.error = CommitFailedError("group has already rebalanced")
    assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {}
    assert crashes == []
    consumer.error = other = ValueError("x")
    assert await thread._commit_with({HERE: Acknowledged(6, 0)}, "id") == {}
    assert crashes == [other]


async def test_what_is_committed_already_is_not_committed_again(
    thread: Any, consumer: FakeConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs_end(monkeypatch, {AIOKAFKA_TP: LEFT_AT})
    assert await thread._commit_with({HERE: Acknowledged(6, 6)}, "id") == {}
    assert consumer.commits == []


async def test_an_unreadable_batch_takes_no_records_of_other_partitions_with_it() -> None:
    there = TopicPartition("comments", 1)
    sound, corrupt = batch(0, [b"a", b"b"]), bytearray(batch(0, [b"c"]))
    corrupt[-2] ^= 1
    subscriptions = SubscriptionState()
    subscriptions.subscribe({"comments"})
    subscriptions.assign_from_subscribed({AIOKAFKA_TP, there})
    assignment = subscriptions.subscription.assignment
    fetching = Fetcher.__new__(Fetcher)
    fetching._subscriptions, fetching._closed, fetching._wait_consume_future = (
        subscriptions, False, None
    )  # fmt: skip
    fetching._records = {
        tp: fetcher.FetchResult(
            tp, assignment=assignment, backoff=0,
            partition_records=LenientRecords(
                tp, KeptRecords(bytes(data)), [], 0, None, None, True, 0
            ),
        )
        for tp, data in ((AIOKAFKA_TP, sound), (there, corrupt))
    }  # fmt: skip
    paused: list[Any] = []
    reader = SimpleNamespace(
        _fetcher=fetching, _closed=False, _subscription=subscriptions,
        assignment=subscriptions.assigned_partitions, pause=lambda *tps: paused.extend(tps),
        seek=subscriptions.seek,
    )  # fmt: skip
    found: Any = CommentConsumerThread.__new__(CommentConsumerThread)
    found.consumer = SimpleNamespace(flow_active=True)
    found._ensure_consumer = lambda: reader
    found._taken, found.unreadable = Taken(), {}
    for tp in (AIOKAFKA_TP, there):
        subscriptions.seek(tp, 0)
        found._taken.restart(tp, 0)
    assert await found._fetch_records(reader, None, timeout=0) == {}
    assert paused == [there]
    assert found.unreadable.keys() == {there}
    assert assignment.state_value(AIOKAFKA_TP).position == 0
