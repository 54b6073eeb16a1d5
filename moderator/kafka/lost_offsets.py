"""Decides whether a committed offset still means what it meant when it was committed.

A group's offset is only a number. It is lost if the log no longer holds what it pointed to: a
cluster was restored, a disk lost, a log truncated after an unclean election, records deleted before
they were read, or a topic made again while its offsets were kept (usually Kafka forgets them with
the topic). A consumer that trusts it silently skips comments.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

_FORMAT = "v1"
_END = "\0"
"""librdkafka copies a commit's metadata without its length: without an end it reads on."""
_EPOCH = re.compile("[0-9]{1,10}")
_LAST_EPOCH = 2**31 - 1
"""Epochs have 32 bits: anybody may commit to the group, and requests cannot hold more."""


class Loss(StrEnum):
    """Why an offset cannot be trusted."""

    RECREATED = "recreated"
    TRUNCATED = "truncated"
    BEYOND_END = "beyond_end"
    BEFORE_START = "before_start"


class Bookmark(NamedTuple):
    """What a commit stores with its offset, as its metadata.

    `topic_id` is the broker's id of the topic, or empty; `epoch` is the leader epoch of the last
    record before the offset, or -1. Unknown parts are not compared.
    """

    topic_id: str = ""
    epoch: int = -1

    def encode(self) -> str:
        """The metadata of a commit."""
        return f"{_FORMAT} {self.topic_id or '-'} {self.epoch}{_END}"

    @classmethod
    def decode(cls, metadata: str | None) -> Bookmark:
        """The bookmark of a commit's metadata; empty if the metadata is of another kind."""
        parts = (metadata or "").partition(_END)[0].split(" ")
        if len(parts) != 3 or parts[0] != _FORMAT:
            return cls()
        topic_id = "" if parts[1] == "-" else parts[1]
        epoch = int(parts[2]) if _EPOCH.fullmatch(parts[2]) else -1
        return cls(topic_id, epoch if epoch <= _LAST_EPOCH else -1)


class LogState(NamedTuple):
    """A partition as the broker has it now.

    `start` is the first offset kept, `end` the one after the last. `epoch_end` is where the log's
    records of the bookmark's epoch or older end: None if nobody asked, -1 if the broker knows no
    such epoch.
    """

    start: int
    end: int
    topic_id: str = ""
    epoch_end: int | None = None


def loss(committed: int, bookmark: Bookmark, log: LogState) -> Loss | None:
    """Why `committed` cannot be trusted, or None if it can."""
    if bookmark.topic_id and log.topic_id and bookmark.topic_id != log.topic_id:
        return Loss.RECREATED
    if committed > log.end:
        return Loss.BEYOND_END
    if committed < log.start:
        return Loss.BEFORE_START
    if bookmark.epoch >= 0 and log.epoch_end is not None and log.epoch_end < committed:
        return Loss.TRUNCATED
    return None


def explain(topic: str, partition: int, committed: int, log: LogState, why: Loss) -> str:
    """What happened to a partition, in one sentence, with the numbers."""
    place = f"{topic}/{partition}"
    if why is Loss.BEFORE_START:
        return (
            f"{log.start - committed} comments of {place} were dropped by the broker before they "
            f"were read: read up to offset {committed}, the log starts at {log.start} (an embedded "
            "broker keeps only the last 5 MiB of a partition, a real one what its retention says)"
        )
    if why is Loss.RECREATED:
        return (
            f"{place}: the topic was deleted and created again: offset {committed} belongs to the "
            f"old one; the log holds offsets {log.start} to {log.end}"
        )
    if why is Loss.BEYOND_END:
        return (
            f"{place}: read up to offset {committed}, but the log ends at {log.end}: the cluster "
            "was restored, or the log was truncated or lost"
        )
    return (
        f"{place}: read up to offset {committed}, but the log was truncated below that and has "
        f"grown again: what it holds up to offset {committed} was not all read"
    )


CHOICES = (
    "the partition is held and nothing is committed; decide with stream.on_lost_offsets: "
    '"earliest" judges all that the log still holds (verdicts may come twice), "latest" only '
    "comments from now on; then restart the worker"
)
"""What the operator can do about it."""
