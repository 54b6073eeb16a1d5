"""Which committed offsets are not in the logs."""

import pytest
from confluent_kafka import TopicPartition

from moderator.kafka.offsets import earlier_epochs, lost_offsets


@pytest.mark.parametrize("offset", [-1_001, 5, 7, 9])
def test_an_offset_within_the_log_or_none_is_well(offset: int) -> None:
    assert lost_offsets("t", {0: offset}, {0: (5, 9)}) == []


@pytest.mark.parametrize(
    ("offset", "beyond", "text"),
    [
        (10, True, "t/0: offset 10 is committed, the log ends at 9"),
        (4, False, "t/0: offset 4 is committed, the log begins at 5"),
        (0, False, "t/0: offset 0 is committed, the log begins at 5"),
    ],
)
def test_an_offset_outside_is_lost(offset: int, beyond: bool, text: str) -> None:
    (lost,) = lost_offsets("t", {0: offset}, {0: (5, 9)})
    assert (lost.beyond, str(lost)) == (beyond, text)


def test_partitions_are_looked_at_one_by_one() -> None:
    committed = {2: 8, 0: 0, 1: 99, 7: 4}
    watermarks = {0: (0, 0), 1: (0, 3), 2: (0, 7), 3: (0, 1)}
    assert [lost.partition for lost in lost_offsets("t", committed, watermarks)] == [1, 2]


def commit(partition: int, epoch: int | None) -> TopicPartition:
    if epoch is None:
        return TopicPartition("t", partition, 5)
    return TopicPartition("t", partition, 5, leader_epoch=epoch)


def test_a_log_of_an_older_epoch_was_written_anew() -> None:
    commits = {n: commit(n, epoch) for n, epoch in enumerate([3, 3, None, 3, 3])}
    assert earlier_epochs(commits, {0: 2, 1: 3, 2: 0, 3: -1}) == [0]
