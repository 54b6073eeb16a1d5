"""Micro-batches across requests: what arrives together is judged together, or refused at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from time import monotonic, perf_counter
from typing import NamedTuple

from moderator.api.batching.load import LoadEstimate, units_of
from moderator.api.refusal import ClientGoneError, RefusalError, too_late
from moderator.metrics.requests import RequestMetrics
from moderator.records import Comment, Verdict
from moderator.settings import Serve

SHARE = 16
"""Comments of one request in a batch before other requests have their turn."""

BATCHES = 2
"""Batches in flight: one is scored while the other is looked up, decided and answered."""

_LOOK_AFTER_S = 0.02
"""After this wait a request is checked: is its client still connected?"""

JudgeBatch = Callable[[Sequence[Comment]], Awaitable[list[Verdict]]]


class _Part(NamedTuple):
    request: _Request
    start: int
    comments: Sequence[Comment]


class _Request:
    """The comments of one request, and their verdicts so far."""

    def __init__(
        self, comments: Sequence[Comment], is_gone: Callable[[], bool], answer: asyncio.Future[None]
    ) -> None:
        self.comments = comments
        self.verdicts: list[Verdict | None] = [None] * len(comments)
        self.taken = 0
        self.missing = len(comments)
        self.units = 0.0
        self.since = perf_counter()
        self.is_gone = is_gone
        self.answer = answer

    def turn(self, room: int, units: float) -> Sequence[Comment]:
        """The comments of its next turn: at least one, then as many as fit."""
        share = self.comments[self.taken : self.taken + min(SHARE, room)]
        for index, comment in enumerate(share):
            if index and units <= 0:
                return share[:index]
            units -= units_of((comment,))
        return share


class Batcher:
    """A bounded queue in front of `judge`, up to `batches` at once; `run` must be running.

    `open_requests` says how many requests are being served: once all of them are queued here,
    nothing more can join the batch, and it starts at once.
    """

    def __init__(
        self,
        judge: JudgeBatch,
        settings: Serve,
        metrics: RequestMetrics,
        open_requests: Callable[[], int] = lambda: 0,
        *,
        batches: int = BATCHES,
    ) -> None:
        self._judge = judge
        self._settings = settings
        self._metrics = metrics
        self._open_requests = open_requests
        self._queue: deque[_Request] = deque()
        self._queued = 0
        self._in_hand = 0
        self._load = LoadEstimate()
        self._arrived = asyncio.Event()
        self._enough = asyncio.Event()
        self._batches = asyncio.Semaphore(batches)
        self._judging: set[asyncio.Task[None]] = set()

    async def submit(
        self,
        comments: Sequence[Comment],
        deadline: float,
        is_gone: Callable[[], bool],
        *,
        admitted: bool = False,
    ) -> list[Verdict]:
        """One verdict a comment, in order; `deadline` is on the clock of `time.monotonic`.

        Raises RefusalError, 503 at once if the queue is full or the wait would be too long, 504 at
        the deadline; and ClientGoneError. `admitted` says that `admit` let them in before.
        """
        if not comments:
            return []
        if not admitted:
            self.admit(len(comments), deadline)
        loop = asyncio.get_running_loop()
        request = _Request(comments, is_gone, loop.create_future())
        request.units = units_of(request.turn(SHARE, self._load.units_in_a_batch()))
        self._queue.append(request)
        self._queued += len(comments)
        self._load.queued(request.units)
        self._arrived.set()
        if self._is_enough():
            self._enough.set()
        timer = loop.call_later(max(0.0, deadline - monotonic()), _expire, request.answer)
        try:
            await request.answer
        finally:
            timer.cancel()
        return [verdict for verdict in request.verdicts if verdict is not None]

    async def run(self) -> None:
        """Take and judge batches until cancelled."""
        try:
            while True:
                await self._arrived.wait()
                await self._batches.acquire()
                await self._wait_for_company()
                batch = self._take()
                if not self._queue:
                    self._arrived.clear()
                if not batch:
                    self._batches.release()
                    continue
                task = asyncio.create_task(self._judge_batch(batch))
                self._judging.add(task)
                task.add_done_callback(self._judging.discard)
        finally:
            for task in self._judging:
                task.cancel()

    def admit(self, comments: int, deadline: float) -> None:
        """Raises RefusalError 503 if that many more comments would wait too long."""
        if not self._queued:
            return
        wait_s = self._load.wait_s()
        limit_s = min(self._settings.queue_ms / 1000, deadline - monotonic())
        if self._queued + comments > self._settings.queue_comments or wait_s > limit_s:
            raise RefusalError(
                503,
                "queue_full",
                "too many comments wait already: ask again later, or run more processes",
                retry_after_s=max(1, ceil(wait_s)),
            )

    def _is_enough(self) -> bool:
        waiting = len(self._queue)
        return (
            self._queued >= self._settings.batch_comments
            or waiting + self._in_hand >= self._open_requests()
        )

    async def _wait_for_company(self) -> None:
        """Wait until the batch is full or complete, or the oldest has used its budget."""
        if not self._queue or self._is_enough():
            return
        budget_s = self._settings.latency_budget_ms / 1000
        left_s = self._queue[0].since + budget_s - perf_counter()
        if left_s <= 0:
            return
        self._enough.clear()
        try:
            async with asyncio.timeout(left_s):
                await self._enough.wait()
        except TimeoutError:
            pass

    def _take(self) -> list[_Part]:
        """The next batch, taken from the requests in turn; requests whose client has gone are
        dropped."""
        now = perf_counter()
        room = self._settings.batch_comments
        units = self._load.units_in_a_batch()
        parts: list[_Part] = []
        while self._queue and room > 0 and (units > 0 or not parts):
            request = self._queue.popleft()
            if not request.taken:
                self._load.left(request.units)
            if _is_abandoned(request, now):
                self._queued -= len(request.comments) - request.taken
                continue
            if not request.taken:
                self._metrics.http_queue_seconds.observe(now - request.since)
            start = request.taken
            comments = request.turn(room, units)
            request.taken += len(comments)
            parts.append(_Part(request, start, comments))
            room -= len(comments)
            units -= units_of(comments)
            self._queued -= len(comments)
            if request.taken < len(request.comments):
                self._queue.append(request)
        return parts

    async def _judge_batch(self, parts: Sequence[_Part]) -> None:
        comments = [comment for part in parts for comment in part.comments]
        self._in_hand += len(parts)
        with self._load.judging(units_of(comments)):
            try:
                verdicts = await self._judge(comments)
            except Exception as error:  # noqa: BLE001 - every request of the batch must hear of it
                for part in parts:
                    if not part.request.answer.done():
                        part.request.answer.set_exception(error)
                return
            finally:
                self._in_hand -= len(parts)
                self._batches.release()
        self._metrics.http_batch_comments.observe(len(comments))
        position = 0
        for request, start, own in parts:
            request.verdicts[start : start + len(own)] = verdicts[position : position + len(own)]
            position += len(own)
            request.missing -= len(own)
            if not request.missing and not request.answer.done():
                request.answer.set_result(None)


def _is_abandoned(request: _Request, now: float) -> bool:
    if request.answer.done():
        return True
    if now - request.since > _LOOK_AFTER_S and request.is_gone():
        request.answer.set_exception(ClientGoneError())
        return True
    return False


def _expire(answer: asyncio.Future[None]) -> None:
    if not answer.done():
        answer.set_exception(too_late())
