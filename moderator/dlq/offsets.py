"""Which dead letters were put back, kept in a consumer group's commits.

Everything before the committed offset is settled. A redrive that was filtered settles letters
beyond it too; those are named in the commit's metadata as runs, `1:gap+length,…`, counted from
the committed offset on. What does not fit there is forgotten, and told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count

from confluent_kafka import TopicPartition

from moderator.errors import BrokerError

_FORM = re.compile(r"1:(\d{1,18}\+\d{1,18}(,\d{1,18}\+\d{1,18})*)?")
_METADATA_CHARACTERS = 4_000
"""Below the brokers' default limit, offset.metadata.max.bytes = 4096."""


class RedriveOffsets:
    """The settled offsets of one partition, whose letters reach from `first` to `end`."""

    def __init__(self, first: int, end: int, offset: int = -1, metadata: str | None = None) -> None:
        self.beyond: set[int] = set()
        """RedriveOffsets offsets at `offset` or after it."""
        if offset > end:  # the topic was made anew
            offset, metadata = first, None
        self.offset = max(first, offset)
        """Everything before this one is settled."""
        if offset >= 0 and metadata:
            self.beyond = {one for one in _decoded(offset, metadata) if first <= one < end}
            self._advance()

    def __contains__(self, offset: int) -> bool:
        return offset < self.offset or offset in self.beyond

    def add(self, offset: int) -> None:
        """Settle one."""
        self.beyond.add(offset)
        self._advance()

    def metadata(self) -> tuple[str, int]:
        """What a commit carries, and how many settled offsets found no room in it."""
        runs, length, forgotten, at = [], 2, 0, self.offset
        for start, size in _runs(self.beyond):
            run = f"{start - at}+{size}"
            length += len(run) + 1
            if length > _METADATA_CHARACTERS:
                forgotten += size
            else:
                runs.append(run)
                at = start + size
        return "1:" + ",".join(runs), forgotten

    def _advance(self) -> None:
        for offset in count(self.offset):
            if offset not in self.beyond:
                self.offset = offset
                return
            self.beyond.discard(offset)


def settled(
    watermarks: Mapping[int, tuple[int, int]], found: Mapping[int, TopicPartition]
) -> dict[int, RedriveOffsets]:
    """Partition → what its commit says. Raises BrokerError where it is none of ours."""
    return {
        number: RedriveOffsets(first, end, found[number].offset, found[number].metadata)
        for number, (first, end) in watermarks.items()
    }


def _runs(offsets: set[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for offset in sorted(offsets):
        if runs and sum(runs[-1]) == offset:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        else:
            runs.append((offset, 1))
    return runs


def _decoded(offset: int, metadata: str) -> set[int]:
    if not _FORM.fullmatch(metadata):
        raise BrokerError(
            "the redrive's progress cannot be read: something else committed to its group; "
            "delete that group, and the next redrive begins anew"
        )
    found: set[int] = set()
    at = offset
    for run in filter(None, metadata[2:].split(",")):
        gap, size = (int(part) for part in run.split("+"))
        found.update(range(at + gap, at + gap + size))
        at += gap + size
    return found
