"""Which dead letters were put back, kept in a consumer group's commits.

Everything before the committed offset is done with. A redrive with a filter puts back later ones
too; the commit's metadata lists those as runs, `1:gap+length,…`, counted from the committed offset
on. For example offset 8 with `1:1+2,1+1`: done are 0–7, then 9 and 10, then 12. What does not fit
there is forgotten, and reported.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping
from sys import maxsize

from confluent_kafka import TopicPartition

from moderator.errors import BrokerError

_FORM = re.compile(r"1:(\d{1,18}\+\d{1,18}(,\d{1,18}\+\d{1,18})*)?")
_METADATA_CHARACTERS = 4_000
"""Below the brokers' default limit, offset.metadata.max.bytes = 4096."""


class RedriveOffsets:
    """The offsets of one partition that were put back; its dead letters are `first` to `end`.

    `offset` and `metadata` are a commit's. Raises BrokerError if `metadata` is not ours. Runs, not
    offsets, are kept: anybody may commit to the group, and a forged one must not fill the memory.
    """

    def __init__(self, first: int, end: int, offset: int = -1, metadata: str | None = None) -> None:
        self.beyond: list[tuple[int, int]] = []
        """Runs of those after `offset`: start and stop of each, in order, none touching."""
        if offset > end:  # the topic was created again
            offset, metadata = first, None
        self.offset = max(first, offset)
        """Everything before this one is done with."""
        if offset >= 0 and metadata:
            for start, stop in _decoded(offset, metadata):
                self.add(start, min(stop, end))

    def __contains__(self, offset: int) -> bool:
        if offset < self.offset:
            return True
        index = bisect(self.beyond, (offset, maxsize))
        return index > 0 and offset < self.beyond[index - 1][1]

    def add(self, start: int, stop: int | None = None) -> None:
        """Note that those from `start` to `stop` (exclusive), or the one, need not be put back."""
        start, stop = max(start, self.offset), start + 1 if stop is None else stop
        if start >= stop:
            return
        runs = self.beyond
        low = bisect(runs, (start, -1), key=lambda run: (run[1], 0))
        high = bisect(runs, (stop, maxsize))
        joined = [(start, stop), *runs[low:high]]
        runs[low:high] = [(min(run[0] for run in joined), max(run[1] for run in joined))]
        if runs[0][0] == self.offset:
            self.offset = runs.pop(0)[1]

    def metadata(self) -> tuple[str, int]:
        """What a commit carries, and how many offsets did not fit into it."""
        texts, length, forgotten, position = [], 2, 0, self.offset
        for start, stop in self.beyond:
            text = f"{start - position}+{stop - start}"
            length += len(text) + 1
            if length > _METADATA_CHARACTERS:
                forgotten += stop - start
            else:
                texts.append(text)
                position = stop
        return "1:" + ",".join(texts), forgotten


def redrive_offsets(
    watermarks: Mapping[int, tuple[int, int]], commits: Mapping[int, TopicPartition]
) -> dict[int, RedriveOffsets]:
    """Partition → what its commit says. Raises BrokerError if something else committed."""
    return {
        number: RedriveOffsets(first, end, commits[number].offset, commits[number].metadata)
        for number, (first, end) in watermarks.items()
    }


def _decoded(offset: int, metadata: str) -> list[tuple[int, int]]:
    """Start and stop of each run."""
    if not _FORM.fullmatch(metadata):
        raise BrokerError(
            "the redrive's progress cannot be read: something else committed to its group; "
            "delete that group, and the next redrive starts from the beginning"
        )
    runs: list[tuple[int, int]] = []
    position = offset
    for run in filter(None, metadata[2:].split(",")):
        gap, size = (int(part) for part in run.split("+"))
        runs.append((position + gap, position + gap + size))
        position += gap + size
    return runs
