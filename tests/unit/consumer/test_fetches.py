"""What is learnt from the broker's answers to fetches."""

from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from moderator.consumer.fetches import BatchHeader, FetchWatcher, batches
from tests.old_formats import FORMATS, Format, message_set
from tests.unit.consumer.batches import batch

TP = TopicPartition("comments", 0)


def answer(*data: bytes, error: int = 0, partition: int = 0) -> Any:
    entry = (partition, error, 100, 100, 0, None, b"".join(data))
    return SimpleNamespace(topics=[("comments", [entry])])


@pytest.fixture
def watcher() -> FetchWatcher:
    found = FetchWatcher()
    found.restart(TP, 0)
    return found


def test_batches_are_found_and_a_cut_one_is_left_out() -> None:
    first, second = batch(10, [b"a", b"b"], epoch=3), batch(12, [b"c"], epoch=4)
    size = len(first)
    whole = BatchHeader(0, size, 2, 3, 10, 12)
    assert list(batches(first + second)) == [
        whole, BatchHeader(size, size + len(second), 2, 4, 12, 13)
    ]  # fmt: skip
    assert list(batches(first + second[:-1])) == [whole]
    assert list(batches(first[:20])) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_messages_of_old_formats_count_as_read_and_have_no_epoch(
    watcher: FetchWatcher, fmt: Format
) -> None:
    old = message_set(fmt, 0, [("key", b"a")] * 3)
    watcher.answered(answer(old, batch(3, [b"b"], epoch=2)))
    assert watcher.next_offset(TP) == 4
    assert (watcher.epoch_before(TP, 3), watcher.epoch_before(TP, 4)) == (-1, 2)
    found = list(batches(old + b"\0" * 16))
    assert {(each.magic, each.epoch) for each in found} == {(fmt.magic, -1)}
    assert (found[-1].end, found[-1].next_offset) == (len(old), 3)


@given(st.binary(max_size=120))
def test_headers_of_any_bytes_lie_within_them(data: bytes) -> None:
    end = 0
    for found in batches(data):
        assert found.start == end < found.end <= len(data)
        end = found.end


@pytest.mark.parametrize("magic", [-1, 3, 127])
def test_an_unknown_format_is_left_to_the_parser(magic: int) -> None:
    data = bytearray(batch(0, [b"a"]))
    struct.pack_into(">b", data, 16, magic)
    assert list(batches(bytes(data))) == []


def test_the_epoch_before_an_offset(watcher: FetchWatcher) -> None:
    assert watcher.epoch_before(TP, 1) == -1
    watcher.answered(answer(batch(0, [b"a"] * 5, epoch=2), batch(5, [b"b"] * 5, epoch=7)))
    assert watcher.epoch_before(TP, 3) == 2
    assert watcher.epoch_before(TP, 5) == 2
    assert watcher.epoch_before(TP, 6) == 7
    assert watcher.epoch_before(TP, 10) == 7


def test_a_change_of_epochs_is_unverified_at_the_offset_where_it_was_left(
    watcher: FetchWatcher,
) -> None:
    watcher.answered(answer(batch(0, [b"a"] * 5, epoch=2)))
    assert watcher.unverified(TP) is None
    assert watcher.next_offset(TP) == 5
    watcher.answered(answer(batch(5, [b"b"], epoch=3), batch(6, [b"c"], epoch=3)))
    watcher.answered(answer(batch(7, [b"d"], epoch=4)))
    assert watcher.unverified(TP) == (2, 5)
    watcher.verified(TP)
    assert watcher.unverified(TP) == (3, 7)
    watcher.verified(TP)
    assert watcher.unverified(TP) is None


def test_the_committed_epoch_is_compared_with_the_first_batch(watcher: FetchWatcher) -> None:
    watcher.restart(TP, 40, 6)
    watcher.answered(answer(batch(38, [b"a"] * 5, epoch=6)))
    assert watcher.unverified(TP) is None
    watcher.restart(TP, 40, 6)
    watcher.answered(answer(batch(38, [b"a"] * 5, epoch=8)))
    assert watcher.unverified(TP) == (6, 40)


def test_batches_read_before_are_not_noted_again(watcher: FetchWatcher) -> None:
    watcher.answered(answer(batch(0, [b"a"] * 5, epoch=2), batch(5, [b"a"] * 5, epoch=3)))
    watcher.verified(TP)
    watcher.answered(answer(batch(0, [b"a"] * 5, epoch=2)))
    assert watcher.unverified(TP) is None


def test_an_offset_out_of_range_is_kept_from_aiokafka(watcher: FetchWatcher) -> None:
    found = answer(error=1)
    watcher.answered(found)
    assert found.topics == [("comments", [])]
    assert watcher.out_of_range == {TP}
    watcher.restart(TP, 5)
    assert watcher.out_of_range == set()


def test_other_errors_and_partitions_nobody_reads_are_passed_on(watcher: FetchWatcher) -> None:
    for found in (answer(error=3), answer(batch(0, [b"a"]), partition=9)):
        entries = found.topics[0][1]
        watcher.answered(found)
        assert found.topics == [("comments", entries)]
    assert watcher.out_of_range == set()


@pytest.mark.parametrize("error", [-1, 2, 56])
def test_what_the_broker_cannot_read_is_noted_until_it_can(
    watcher: FetchWatcher, error: int
) -> None:
    response = answer(error=error)
    watcher.answered(response)
    since = watcher.failing[TP]
    assert response.topics[0][1] != []
    watcher.answered(answer(error=error))
    assert watcher.failing == {TP: since}
    watcher.answered(answer())
    assert watcher.failing == {}
    watcher.answered(answer(error=error))
    watcher.restart(TP, 7)
    assert watcher.failing == {}


@pytest.mark.parametrize("error", [3, 5, 6, 9, 29, 74, 75])
def test_what_a_change_of_leaders_makes_of_fetches_is_no_failure_to_read(
    watcher: FetchWatcher, error: int
) -> None:
    watcher.answered(answer(error=error))
    assert watcher.failing == {}
