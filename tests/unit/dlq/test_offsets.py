"""What a redrive remembers."""

import pytest
from confluent_kafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from moderator.dlq.offsets import RedriveOffsets, redrive_offsets
from moderator.errors import BrokerError


@given(st.sets(st.integers(10, 400)))
def test_it_survives_a_commit(offsets: set[int]) -> None:
    before = RedriveOffsets(10, 401)
    for offset in offsets:
        before.add(offset)
    metadata, forgotten = before.metadata()
    after = RedriveOffsets(10, 401, before.offset, metadata)
    assert forgotten == 0
    assert [n in after for n in range(10, 401)] == [n in offsets for n in range(10, 401)]
    assert after.offset == before.offset


def test_it_moves_on_over_what_is_redrive_offsets_without_gaps() -> None:
    some = RedriveOffsets(5, 20)
    for offset in (7, 6, 9):
        some.add(offset)
    assert some.metadata() == ("1:1+2,1+1", 0)
    some.add(5)
    assert some.offset == 8
    assert some.metadata() == ("1:1+1", 0)


def test_offsets_that_retention_deleted_are_forgotten() -> None:
    some = RedriveOffsets(14, 20, 10, "1:2+3,2+1")
    assert some.offset == 15
    assert some.beyond == [(17, 18)]


def test_a_topic_made_anew_begins_anew() -> None:
    some = RedriveOffsets(0, 5, 40, "1:1+1")
    assert (some.offset, some.beyond) == (0, [])


def test_offsets_too_scattered_for_a_commit_are_counted() -> None:
    some = RedriveOffsets(0, 10_000)
    for offset in range(1, 10_000, 2):
        some.add(offset)
    metadata, forgotten = some.metadata()
    assert len(metadata) <= 4_000
    kept = RedriveOffsets(0, 10_000, some.offset, metadata)
    assert len(kept.beyond) == 5_000 - forgotten
    assert 0 < forgotten < 5_000


def test_a_forged_commit_takes_no_memory() -> None:
    forged = RedriveOffsets(0, 10**15, 3, "1:1+" + "9" * 14)
    assert forged.beyond == [(4, 4 + int("9" * 14))]
    assert 3 not in forged
    assert 10**13 in forged


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 15)), max_size=20))
def test_runs_are_the_same_as_a_set_of_offsets(runs: list[tuple[int, int]]) -> None:
    offsets = RedriveOffsets(0, 100)
    done: set[int] = set()
    for start, size in runs:
        offsets.add(start, start + size)
        done.update(range(start, start + size))
        assert [n in offsets for n in range(90)] == [n in done for n in range(90)]
        ends = [n for run in [(0, offsets.offset), *offsets.beyond] for n in run]
        assert ends == sorted(ends)
        assert all(a[1] < b[0] for a, b in zip(offsets.beyond, offsets.beyond[1:], strict=False))
        assert not offsets.beyond or offsets.beyond[0][0] > offsets.offset


@pytest.mark.parametrize("metadata", ["x", "1:1", "1:1+", "1:1+2,", "2:1+1", "1:1+" + "9" * 20])
def test_metadata_of_something_else_is_refused(metadata: str) -> None:
    with pytest.raises(BrokerError, match="something else"):
        redrive_offsets({0: (0, 9)}, {0: TopicPartition("t", 0, 3, metadata)})
