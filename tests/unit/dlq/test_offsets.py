"""What a redrive remembers."""

import pytest
from confluent_kafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from moderator.dlq.offsets import RedriveOffsets, settled
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


def test_it_moves_on_over_what_is_settled_without_gaps() -> None:
    some = RedriveOffsets(5, 20)
    for offset in (7, 6, 9):
        some.add(offset)
    assert some.metadata() == ("1:1+2,1+1", 0)
    some.add(5)
    assert some.offset == 8
    assert some.metadata() == ("1:1+1", 0)


def test_what_retention_deleted_is_forgotten() -> None:
    some = RedriveOffsets(14, 20, 10, "1:2+3,2+1")
    assert some.offset == 15
    assert some.beyond == {17}


def test_a_topic_made_anew_begins_anew() -> None:
    some = RedriveOffsets(0, 5, 40, "1:1+1")
    assert (some.offset, some.beyond) == (0, set())


def test_too_scattered_letters_are_told_and_the_commit_stays_small() -> None:
    some = RedriveOffsets(0, 10_000)
    for offset in range(1, 10_000, 2):
        some.add(offset)
    metadata, forgotten = some.metadata()
    assert len(metadata) <= 4_000
    kept = RedriveOffsets(0, 10_000, some.offset, metadata)
    assert len(kept.beyond) == 5_000 - forgotten
    assert 0 < forgotten < 5_000


@pytest.mark.parametrize("metadata", ["x", "1:1", "1:1+", "1:1+2,", "2:1+1", "1:1+" + "9" * 20])
def test_metadata_of_something_else_is_refused(metadata: str) -> None:
    with pytest.raises(BrokerError, match="something else"):
        settled({0: (0, 9)}, {0: TopicPartition("t", 0, 3, metadata)})
