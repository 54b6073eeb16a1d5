"""Two queues in front of the pipeline, so that a few expensive texts do not hold up the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from moderator.api.batching.batcher import Batcher, JudgeBatch
from moderator.metrics.requests import RequestMetrics
from moderator.records import Comment, Verdict
from moderator.settings import Serve
from moderator.stream.cost import SLOW, cost_of


class Lanes:
    """A batcher for most comments, and one for expensive ones, which are judged one by one.

    Arguments and errors are Batcher's; `run` must be running.
    """

    def __init__(
        self,
        judge: JudgeBatch,
        settings: Serve,
        metrics: RequestMetrics,
        open_requests: Callable[[], int] = lambda: 0,
    ) -> None:
        self._fast = Batcher(judge, settings, metrics, open_requests)
        one_by_one = settings.model_copy(update={"batch_comments": 1})
        self._slow = Batcher(judge, one_by_one, metrics, batches=1)

    async def submit(
        self,
        comments: Sequence[Comment],
        deadline: float,
        is_gone: Callable[[], bool],
        *,
        admitted: bool = False,
    ) -> list[Verdict]:
        """One verdict a comment, in order. Raises RefusalError and ClientGoneError."""
        slow = [cost_of(comment.text) >= SLOW for comment in comments]
        if not any(slow):
            return await self._fast.submit(comments, deadline, is_gone, admitted=admitted)
        lanes: dict[Batcher, list[Comment]] = {self._fast: [], self._slow: []}
        for comment, is_slow in zip(comments, slow, strict=True):
            lanes[self._slow if is_slow else self._fast].append(comment)
        if not admitted:
            for lane, own in lanes.items():
                lane.admit(len(own), deadline)
        judged = await asyncio.gather(
            *(lane.submit(own, deadline, is_gone, admitted=True) for lane, own in lanes.items())
        )
        fast, expensive = map(iter, judged)
        return [next(expensive if is_slow else fast) for is_slow in slow]

    def admit(self, comments: int, deadline: float) -> None:
        """Raises RefusalError 503 if that many more comments would wait too long."""
        self._fast.admit(comments, deadline)

    async def run(self) -> None:
        """Take and judge batches until cancelled."""
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._fast.run())
            lanes.create_task(self._slow.run())
