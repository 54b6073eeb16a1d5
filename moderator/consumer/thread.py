"""The part of the consumer that runs in Faust's consumer thread: fetches, commits, positions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread
from faust.types import TP

from moderator.consumer.epochs import epoch_ends
from moderator.consumer.fetches import FetchWatcher
from moderator.consumer.lenient import UnreadableError
from moderator.consumer.taken import Taken
from moderator.kafka.lost_offsets import Bookmark, LogState

if TYPE_CHECKING:
    from moderator.consumer.app import CommentApp

_FETCH_WAIT_MS = 100
_END_TRIES = 3
_END_PAUSE_S = 0.5


class Position(NamedTuple):
    """What a group committed in a partition (None: nothing), and the partition's log."""

    committed: int | None
    bookmark: Bookmark
    log: LogState


class Acknowledged(NamedTuple):
    """The offset up to which a partition's records are acknowledged, and what is committed."""

    offset: int
    committed: int


class CommentConsumerThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, with answers watched and commits that carry a bookmark."""

    app: CommentApp

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.watcher = FetchWatcher()
        self._taken = Taken()
        self.answered_at: float | None = None
        """Monotonic seconds of the broker's last answer to a fetch; None before the first."""
        self.heard_at: float | None = None
        """The same for its last answer to anything, heartbeats included."""
        self.unreadable: dict[TP, UnreadableError] = {}
        """Partitions with a batch that cannot be read; they are paused."""
        self.truncated: set[TP] = set()
        """Partitions whose log was truncated below what was read; nothing of them is committed."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        # Faust lets a fetch wait for 1.5 s, and an embedded broker does not end the wait when a
        # record arrives: a first comment would wait that long.
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS
        consumer._isolation_level = self.app.isolation_level
        send = consumer._client.send

        async def watched_send(node_id: int, request: Any, **options: Any) -> Any:
            answer = await send(node_id, request, **options)
            self.heard_at = monotonic()
            if isinstance(request, FetchRequest):
                self.answered_at = self.heard_at
                self.watcher.answered(answer)
                self._pause(self.watcher.out_of_range)
            return answer

        consumer._client.send = watched_send
        return consumer

    async def _fetch_records(self, consumer: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            records = await super()._fetch_records(consumer, *args, **kwargs)
        except UnreadableError as error:
            # Its offset was not passed: paused, it is neither read again and again nor skipped.
            self.unreadable[TP(*error.tp)] = error
            consumer._fetcher._records.pop(error.tp, None)
            self._pause([error.tp])
            self._taken.give_back(consumer)
            return {}
        self._taken.note(consumer, records)
        return records

    async def positions(self, tps: Iterable[TP]) -> dict[TP, Position]:
        """What the group has committed and what the broker has now, without topic ids."""
        positions: dict[TP, Position] = await self.call_thread(self._positions, list(tps))
        return positions

    async def read_from(self, starts: Mapping[TP, tuple[int, int]], hold: Iterable[TP]) -> None:
        """Read each partition from (offset, epoch of the record before); pause those of `hold`."""
        await self.call_thread(self._read_from, dict(starts), list(hold))

    async def commit_with(
        self, acknowledged: Mapping[TP, Acknowledged], topic_id: str
    ) -> dict[TP, int]:
        """Commit what is not committed yet, with what follows and is never handed over; returns
        what was committed. Truncated partitions are found and left out."""
        done: dict[TP, int] = await self.call_thread(
            self._commit_with, dict(acknowledged), topic_id
        )
        return done

    def doubtful(self) -> set[TP]:
        """Partitions that are paused because the broker does not have the offset to be read
        next."""
        assigned = self.assignment()
        lost = {TP(*tp) for tp in self.watcher.out_of_range} | self.truncated
        return {tp for tp in lost if tp in assigned}

    def pause_all(self) -> None:
        """Fetch nothing more until `read_from`."""
        self._pause(self._ensure_consumer().assignment())

    def assignment(self) -> set[TP]:
        """The assigned partitions; none before the thread has started."""
        return set(super().assignment()) if self._consumer is not None else set()

    def end(self, tp: TP) -> int:
        """The first offset that cannot be read yet; 0 before the first answer."""
        consumer = self._ensure_consumer()
        highwater = consumer.highwater(tp) or 0
        stable = consumer.last_stable_offset(tp)
        if self.app.isolation_level == "read_committed" and stable is not None and stable >= 0:
            return min(highwater, int(stable))
        return int(highwater)

    def _pause(self, tps: Iterable[TopicPartition]) -> None:
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        consumer.pause(*(tp for tp in tps if tp in assigned))

    async def _positions(self, tps: list[TP]) -> dict[TP, Position]:
        consumer = self._ensure_consumer()
        wanted = [TopicPartition(*tp) for tp in tps]
        if not wanted:
            return {}
        committed = await consumer._coordinator.fetch_committed_offsets(wanted)
        bookmarks = {
            tp: Bookmark.decode(committed[tp].metadata) for tp in wanted if tp in committed
        }
        ends: dict[TopicPartition, int] = {}
        for attempt in range(_END_TRIES):
            starts = await consumer.beginning_offsets(wanted)
            ends = await consumer.end_offsets(wanted)
            # A new leader may report an earlier end until its followers have caught up.
            if all(committed[tp].offset <= ends[tp] for tp in wanted if tp in committed):
                break
            if attempt + 1 < _END_TRIES:
                await asyncio.sleep(_END_PAUSE_S)
        epochs = {tp: mark.epoch for tp, mark in bookmarks.items() if mark.epoch >= 0}
        epoch_end = await epoch_ends(consumer._client, epochs)
        return {
            TP(*tp): Position(
                _offset(committed.get(tp)),
                bookmarks.get(tp, Bookmark()),
                LogState(starts[tp], ends[tp], epoch_end=epoch_end.get(tp)),
            )
            for tp in wanted
        }

    async def _read_from(self, starts: dict[TP, tuple[int, int]], hold: list[TP]) -> None:
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        for tp, (offset, epoch) in starts.items():
            if tp not in assigned:
                continue
            self.unreadable.pop(tp, None)
            self.truncated.discard(tp)
            self.watcher.restart(TopicPartition(*tp), offset, epoch)
            self._taken.restart(TopicPartition(*tp), offset)
            consumer.resume(TopicPartition(*tp))
            consumer.seek(TopicPartition(*tp), offset)
        self._pause(TopicPartition(*tp) for tp in hold)

    async def _commit_with(
        self, acknowledged: dict[TP, Acknowledged], topic_id: str
    ) -> dict[TP, int]:
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        offsets = {
            tp: offset
            for tp, (upto, committed) in acknowledged.items()
            if tp in assigned
            and (offset := self._taken.done(consumer, TopicPartition(*tp), upto)) > committed
        }
        await self._verify_epochs(offsets)
        offsets = {
            tp: offset
            for tp, offset in offsets.items()
            if tp not in self.truncated
            and tp not in self.watcher.out_of_range
            and self.watcher.unverified(TopicPartition(*tp)) is None
        }
        if not offsets:
            return {}
        marked = {}
        for tp, offset in offsets.items():
            epoch = self.watcher.epoch_before(TopicPartition(*tp), offset)
            bookmark = Bookmark(topic_id, epoch)
            marked[TopicPartition(*tp)] = OffsetAndMetadata(offset, bookmark.encode())
        try:
            await consumer.commit(marked)
        except CommitFailedError as error:
            if "already rebalanced" not in str(error):
                await self.crash(error)
            return {}
        except Exception as error:  # noqa: BLE001 (Faust ends with any of them)
            await self.crash(error)
            return {}
        return offsets

    async def _verify_epochs(self, tps: Iterable[TP]) -> None:
        """Ask whether what was read of earlier epochs is still in the log."""
        client = self._ensure_consumer()._client
        pending = {}
        for tp in (TopicPartition(*tp) for tp in tps):
            change = self.watcher.unverified(tp)
            if change is not None:
                pending[tp] = change
        if not pending:
            return
        ends = await epoch_ends(client, {tp: epoch for tp, (epoch, _) in pending.items()})
        for tp, (_, left_at) in pending.items():
            if tp not in ends:
                continue
            if ends[tp] < left_at:
                self.truncated.add(TP(*tp))
                self._pause([tp])
            else:
                self.watcher.verified(tp)


def _offset(committed: OffsetAndMetadata | None) -> int | None:
    return committed.offset if committed is not None and committed.offset >= 0 else None
