"""What is committed beyond the last comment, and that no comment is lost with another's error."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from moderator.consumer.taken import Taken

ONE, TWO = TopicPartition("comments", 1), TopicPartition("comments", 2)


class FakeConsumer:
    """aiokafka's: the positions of what is assigned."""

    def __init__(self) -> None:
        self.at: dict[TopicPartition, int | None] = {ONE: 10, TWO: 20}

    @property
    def _subscription(self) -> Any:
        assignment = SimpleNamespace(tps=set(self.at), state_value=self._state)
        return SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))

    def _state(self, tp: TopicPartition) -> Any:
        position = self.at[tp]
        return SimpleNamespace(position=position, has_valid_position=position is not None)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.at[tp] = offset


@pytest.fixture
def consumer() -> FakeConsumer:
    return FakeConsumer()


@pytest.fixture
def taken(consumer: FakeConsumer) -> Taken:
    """Two partitions, read from offsets 10 and 20 on."""
    found = Taken()
    found.restart(ONE, 10)
    found.restart(TWO, 20)
    return found


def records(*offsets: int) -> list[Any]:
    return [SimpleNamespace(offset=offset) for offset in offsets]


def test_what_follows_the_last_record_is_done_once_that_is(
    taken: Taken, consumer: FakeConsumer
) -> None:
    consumer.at[ONE] = 15  # after it came markers of transactions, or aborted comments
    taken.note(consumer, {ONE: records(10, 12)})
    assert taken.done(consumer, ONE, 12) == 12
    assert taken.done(consumer, ONE, 13) == 15
    consumer.at[ONE] = 18  # more of them, and no record
    assert taken.done(consumer, ONE, 13) == 18
    taken.note(consumer, {})
    assert taken.done(consumer, ONE, 13) == 18
    assert taken.done(consumer, TWO, 20) == 20


def test_what_was_never_a_record_is_done_from_the_start(
    taken: Taken, consumer: FakeConsumer
) -> None:
    consumer.at[ONE] = 17
    assert taken.done(consumer, ONE, 10) == 17


def test_of_a_record_that_is_under_way_nothing_is_done(
    taken: Taken, consumer: FakeConsumer
) -> None:
    consumer.at[ONE] = 17
    taken.note(consumer, {ONE: records(16)})
    assert taken.done(consumer, ONE, 10) == 10


def test_a_call_that_fails_takes_nothing(taken: Taken, consumer: FakeConsumer) -> None:
    consumer.at[ONE] = 12
    taken.note(consumer, {ONE: records(10, 11)})
    consumer.at[ONE], consumer.at[TWO] = 14, 29
    taken.give_back(consumer)
    assert consumer.at == {ONE: 12, TWO: 20}


def test_partitions_without_position_or_elsewhere_are_left_alone(
    taken: Taken, consumer: FakeConsumer
) -> None:
    consumer.at = {ONE: None, TopicPartition("comments", 3): 7}
    taken.note(consumer, {})
    taken.give_back(consumer)
    assert [taken.done(consumer, tp, 5) for tp in (ONE, TWO)] == [5, 5]
    assert taken.done(consumer, TopicPartition("comments", 3), 5) == 5
