"""The consumer of comments: reads on from what the group committed, once that is checked."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from aiokafka import TopicPartition
from faust.transport.drivers.aiokafka import Consumer
from faust.types import TP, Message
from mode.utils.futures import notify

from moderator.consumer.lenient import UnreadableError
from moderator.consumer.thread import Acknowledged, CommentConsumerThread
from moderator.kafka.lost_offsets import CHOICES, Loss, explain, loss

if TYPE_CHECKING:
    from moderator.consumer.app import CommentApp

_log = logging.getLogger("moderator.offsets")
"""Not this module's name, which Faust logs under too."""

_FAILING_S = 10.0
"""For how long the broker must fail to read a partition before that is reported."""

LOST_OFFSETS = "lost_offsets"
UNREADABLE = "unreadable"


class Hold(NamedTuple):
    """Why a partition is not read on: LOST_OFFSETS or UNREADABLE, and a message with a remedy."""

    reason: str
    message: str


class CommentConsumer(Consumer):
    """Faust's consumer with constant memory, bookmarks in its commits, and partitions on hold.

    Records of a partition are acknowledged in the order they were delivered, so that the offset to
    commit is simply the one after the last acknowledged, or the position if nothing else was
    delivered: gaps in the log (retention, transactions, compaction) cost nothing, however large.
    """

    app: CommentApp
    _thread: CommentConsumerThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._next: dict[TP, int] = {}
        self._starts: dict[TP, int] = {}
        self._ends: dict[TP, int] = {}
        self._topic_id = ""
        self._recreated = False
        self._starting = asyncio.Lock()
        self.holds: dict[TP, Hold] = {}
        """Partitions that are assigned but not read, until the operator decides."""
        self._failing: set[TP] = set()
        """Those of them that the broker itself cannot read; they go on once it can."""
        self.losses: Counter[Loss] = Counter()
        """How often an offset was found to be invalid."""

    def _new_consumer_thread(self) -> CommentConsumerThread:
        return CommentConsumerThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def is_reading(self) -> bool:
        """Whether a start offset was decided for every assigned partition."""
        return self.assignment() <= self._starts.keys()

    @property
    def answered_at(self) -> float | None:
        """Monotonic seconds of the broker's last answer to a fetch; None before the first."""
        return self._thread.answered_at

    @property
    def heard_at(self) -> float | None:
        """Monotonic seconds of the broker's last answer to anything; None before the first."""
        return self._thread.heard_at

    async def wait_empty(self) -> None:
        """Wait until everything taken is acknowledged, then commit; after a failure only commit."""
        if self.app.waits_for_streams:
            await super().wait_empty()
        else:
            await self.commit_and_end_transactions()

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust's check does not see our acknowledgements, and would report every long
        backlog as a stuck stream. The worker's watchdog replaces it.
        """

    async def perform_seek(self) -> None:
        """Read every assigned partition from what the group committed, or hold it."""
        self.holds = {}
        self._failing.clear()
        self._next.clear()
        self._starts.clear()
        assigned = self.assignment()
        if assigned:
            await self._start_reading(assigned)

    def committed(self, tp: TP) -> int | None:
        """The offset committed last; None if the group has none."""
        return self._committed_offset.get(tp)

    def lag(self, tp: TP) -> int:
        """Records that the broker has and the group has not committed."""
        highwater = None if tp in self.holds else self.highwater(tp)
        end = self._ends.get(tp, 0) if highwater is None else highwater
        return max(0, end - (self.committed(tp) or self._starts.get(tp, 0)))

    async def behind(self, tp: TP) -> bool:
        """Whether the partition holds records that can be read and are not committed.

        Offsets alone do not show it: the last of them may be a transaction's marker, which is never
        consumed, so a record must be unacknowledged or still to be fetched.
        """
        if tp in self.holds:
            return False
        end = self._thread.end(tp)
        if end <= (self.committed(tp) or self._starts.get(tp, 0)):
            return False
        if self._next.get(tp, 0) > (self.committed(tp) or 0) or self._is_in_flight(tp):
            return True
        position = await self.position(tp)
        return position is not None and position < end

    async def check(self) -> None:
        """Handle partitions whose reading stopped: put them on hold, or resume from the commit."""
        for tp, error in self._thread.unreadable.items():
            if tp not in self.holds:
                self.holds[tp] = Hold(UNREADABLE, _unreadable(error))
        self._hold_failing()
        await self._read_on()
        if self.holds:
            self._ends.update(await self.highwaters(*self.holds))

    def _hold_failing(self) -> None:
        """Report what the broker fails to read: aiokafka asks for it again and again, unseen."""
        failing = {TP(*tp): since for tp, since in self._thread.watcher.failing.copy().items()}
        for tp in self._failing - failing.keys():
            self._failing.remove(tp)
            self.holds.pop(tp, None)
        for tp in self.assignment() & failing.keys() - self.holds.keys():
            offset = self._thread.watcher.next_offset(TopicPartition(*tp))
            if offset is not None and monotonic() - failing[tp] > _FAILING_S:
                self._failing.add(tp)
                self.holds[tp] = Hold(UNREADABLE, _failing(tp, offset))

    async def _read_on(self) -> None:
        """Start again where reading stopped, once what was taken before is done."""
        doubtful = self.assignment() if self._recreated else self._thread.doubtful()
        waiting = doubtful - self.holds.keys()
        drained = {tp for tp in waiting if not self._is_in_flight(tp)}
        if self.app.on_lost_offsets == "stop":
            await self._hold_deleted(waiting - drained)
        if self._recreated and drained != waiting:
            return
        if drained:
            await self._start_reading(drained)
        self._recreated = False

    async def _hold_deleted(self, tps: Iterable[TP]) -> None:
        """Hold partitions whose next records were deleted, without waiting for what was taken."""
        for tp, (_, _, log) in (await self._thread.positions(tps)).items():
            offset = self._thread.watcher.next_offset(TopicPartition(*tp))
            if offset is not None and offset < log.start:
                self.losses[Loss.BEFORE_START] += 1
                what = explain(tp.topic, tp.partition, offset, log, Loss.BEFORE_START)
                self.holds[tp] = Hold(LOST_OFFSETS, f"{what}; {CHOICES}")

    async def check_topic(self) -> None:
        """Find out whether the topic was deleted and created again."""
        topic_id = await asyncio.to_thread(self.app.topic_ids.of, self.app.topic_name)
        if topic_id and self._topic_id and topic_id != self._topic_id:
            self._recreated = True
            self._thread.pause_all()

    def ack(self, message: Message) -> bool:
        """Note that a record is done; the next commit covers it."""
        if message.acked:
            return False
        message.acked = True
        self._unacked_messages.discard(message)
        self._next[message.tp] = max(self._next.get(message.tp, 0), message.offset + 1)
        notify(self._waiting_for_ack)
        return True

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return iter(list(self._starts))

    async def _commit_tps(self, tps: Iterable[TP], start_new_transaction: bool) -> bool:
        acknowledged = {tp: self._acknowledged(tp) for tp in tps if self._may_commit(tp)}
        if not acknowledged:
            return False
        done = await self._thread.commit_with(acknowledged, self._topic_id)
        self._committed_offset.update(done)
        return bool(done)

    def _may_commit(self, tp: TP) -> bool:
        hold = self.holds.get(tp)
        return not self._recreated and (hold is None or hold.reason != LOST_OFFSETS)

    def _acknowledged(self, tp: TP) -> Acknowledged:
        start, committed = self._starts[tp], self.committed(tp)
        if committed is None:
            # A decision about lost offsets is committed as it is; a start alone need not be.
            committed = -1 if tp in self._next else start
        return Acknowledged(self._next.get(tp, start), committed)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Nothing: Faust would list every missing offset."""

    def _is_in_flight(self, tp: TP) -> bool:
        return any(message.tp == tp for message in list(self._unacked_messages))

    async def _start_reading(self, tps: Iterable[TP]) -> None:
        # Faust seeks twice in a rebalance: the second time must see what the first committed.
        async with self._starting:
            await self._start_reading_locked(tps)

    async def _start_reading_locked(self, tps: Iterable[TP]) -> None:
        self._topic_id = await asyncio.to_thread(self.app.topic_ids.of, self.app.topic_name)
        starts: dict[TP, tuple[int, int]] = {}
        resets: dict[TP, int] = {}
        for tp, (committed, bookmark, known) in (await self._thread.positions(tps)).items():
            log = known._replace(topic_id=self._topic_id)
            why = None if committed is None else loss(committed, bookmark, log)
            starts[tp] = (log.start if committed is None else committed), bookmark.epoch
            if why is not None and committed is not None:
                self.losses[why] += 1
                what = explain(tp.topic, tp.partition, committed, log, why)
                policy = self.app.on_lost_offsets
                if policy == "stop":
                    self.holds[tp] = Hold(LOST_OFFSETS, f"{what}; {CHOICES}")
                else:
                    resets[tp] = log.start if policy == "earliest" else log.end
                    starts[tp] = resets[tp], -1
                    _log.warning("%s; reading on at offset %d (%s)", what, resets[tp], policy)
            self._committed_offset[tp] = committed
            self._ends[tp] = log.end
        await self._thread.read_from(starts, self.holds)
        for tp, (offset, _) in starts.items():
            self._next.pop(tp, None)
            self._read_offset[tp] = offset
            self._starts[tp] = offset
        for tp, offset in resets.items():
            # The next commit, or the one after it if a rebalance refuses this one, notes the
            # decision: "latest" decided anew after a crash would skip what arrived meanwhile.
            self._committed_offset[tp] = None
            self._next[tp] = offset
        if resets:
            await self.commit()


def _failing(tp: TP, offset: int) -> str:
    return (
        f"{tp.topic}/{tp.partition}: the broker cannot read its log from offset {offset} on: see "
        "the broker's log; the partition waits, and goes on by itself once that is repaired. To go "
        f"on without: stop the workers, then `moderator topics skip {tp.topic} {tp.partition} "
        f"{offset}`, or a later offset and --with-earlier"
    )


def _unreadable(error: UnreadableError) -> str:
    last = error.next_offset - 1
    offsets = f"offset {error.first}" if last == error.first else f"offsets {error.first} to {last}"
    skip = f"moderator topics skip {error.tp.topic} {error.tp.partition} {last}"
    if last > error.first:
        skip += " --with-earlier"
    return (
        f"{error.tp.topic}/{error.tp.partition}: {offsets} cannot be read ({error.reason}); the "
        "partition is held; another replica may have an intact copy. To go on without: stop the "
        f"workers, then `{skip}`"
    )
