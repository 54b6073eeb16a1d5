"""Tracks which records are in flight, and up to which offset a commit may go."""

from __future__ import annotations


class DeliveryWindow:
    """Offsets of each partition: taken, done, and how far a commit may go."""

    def __init__(self) -> None:
        self._open: dict[int, dict[int, float]] = {}
        self._next: dict[int, int] = {}

    def __len__(self) -> int:
        return sum(len(offsets) for offsets in self._open.values())

    def passed(self, partition: int, offset: int) -> None:
        """A record was read that needs no delivery."""
        self._next[partition] = offset + 1

    def take(self, partition: int, offset: int, written_s: float) -> None:
        """A record's event is in flight; `written_s` is the record's time, seconds since 1970."""
        self._open.setdefault(partition, {})[offset] = written_s
        self._next[partition] = offset + 1

    def done(self, partition: int, offset: int) -> None:
        """A record's event was delivered, or is a dead letter."""
        self._open.get(partition, {}).pop(offset, None)

    def forget(self, partitions: set[int]) -> None:
        """These partitions were revoked."""
        for partition in partitions:
            self._open.pop(partition, None)
            self._next.pop(partition, None)

    def committable(self) -> dict[int, int]:
        """Partition → the offset to commit: that of the first record that is not done yet."""
        return {
            partition: min(self._open.get(partition) or (after,))
            for partition, after in self._next.items()
        }

    def oldest_s(self) -> float | None:
        """When the oldest record in flight was written; None if there is none."""
        times = [written_s for offsets in self._open.values() for written_s in offsets.values()]
        return min(times, default=None)
