"""Committed offsets compared with the logs that they point into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from confluent_kafka import TopicPartition


@dataclass(frozen=True, slots=True)
class LostOffset:
    """A committed offset that its log, from `first` to `end`, does not hold.

    Beyond the end, a consumer waits for ever, or passes over what is written up to there (a
    cluster was restored, a disk lost, a topic created anew). Before the start, records were
    deleted before they were read.
    """

    topic: str
    partition: int
    committed: int
    first: int
    end: int

    @property
    def beyond(self) -> bool:
        """Whether it lies beyond the log's end; otherwise it lies before its start."""
        return self.committed > self.end

    def __str__(self) -> str:
        bound = f"ends at {self.end}" if self.beyond else f"begins at {self.first}"
        return (
            f"{self.topic}/{self.partition}: offset {self.committed} is committed, the log {bound}"
        )


def lost_offsets(
    topic: str, committed: Mapping[int, int], watermarks: Mapping[int, tuple[int, int]]
) -> list[LostOffset]:
    """The committed offsets (negative: none) that the logs do not hold, by partition.

    `watermarks` are first offset and end of each partition. A log that is empty at 0 and a commit
    at 0 agree. Partitions that only one side knows are left out.
    """
    return [
        LostOffset(topic, partition, offset, *watermarks[partition])
        for partition, offset in sorted(committed.items())
        if offset >= 0
        and partition in watermarks
        and not watermarks[partition][0] <= offset <= watermarks[partition][1]
    ]


def earlier_epochs(
    commits: Mapping[int, TopicPartition], end_epochs: Mapping[int, int]
) -> list[int]:
    """Partitions whose log ends in an older leader epoch than their commit was made in.

    The offset may exist, but it is not the record that was read: the log was lost and written
    anew. `end_epochs` are those of the last records; clients that commit no epoch are left out.
    """
    return sorted(
        partition
        for partition, commit in commits.items()
        if commit.leader_epoch is not None
        and commit.leader_epoch >= 0
        and 0 <= end_epochs.get(partition, -1) < commit.leader_epoch
    )
