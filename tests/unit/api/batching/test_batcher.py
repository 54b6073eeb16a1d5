"""Requests that come together are judged together; what cannot be judged in time is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from time import monotonic, perf_counter
from typing import Any

import pytest

from moderator.api.batching.batcher import Batcher
from moderator.api.refusal import ClientGoneError, RefusalError
from moderator.metrics import Metrics
from moderator.records import Comment
from moderator.settings import Serve


class Judge:
    """Verdicts that are only the comment's text; each batch waits for `go`."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = asyncio.Event()
        self.go.set()
        self.error: Exception | None = None

    async def __call__(self, comments: Sequence[Comment]) -> list[Any]:
        self.batches.append([comment.text for comment in comments])
        await self.go.wait()
        if self.error:
            raise self.error
        return [comment.text for comment in comments]


def comments(*texts: str) -> list[Comment]:
    return [Comment(id="", text=text) for text in texts]


@asynccontextmanager
async def batcher(judge: Judge, open_requests: int = 100, **serve: Any) -> AsyncIterator[Batcher]:
    made = Batcher(judge, Serve(**serve), Metrics(), lambda: open_requests)
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()


def submit(
    to: Batcher,
    *texts: str,
    timeout_s: float = 5.0,
    is_gone: Callable[[], bool] = lambda: False,
) -> asyncio.Task[list[Any]]:
    return asyncio.create_task(to.submit(comments(*texts), monotonic() + timeout_s, is_gone))


async def test_what_comes_together_is_one_batch() -> None:
    judge = Judge()
    async with batcher(judge) as to:
        answers = await asyncio.gather(submit(to, "a"), submit(to, "b", "c"), submit(to, "d"))
    assert list(answers) == [["a"], ["b", "c"], ["d"]]
    assert judge.batches == [["a", "b", "c", "d"]]


async def test_nobody_waits_for_company_that_cannot_come() -> None:
    async with batcher(Judge(), open_requests=1, latency_budget_ms=5_000) as to:
        start = perf_counter()
        await submit(to, "a")
        assert perf_counter() - start < 1


async def test_a_request_waits_for_others_no_longer_than_its_budget() -> None:
    async with batcher(Judge(), open_requests=2, latency_budget_ms=50) as to:
        start = perf_counter()
        await submit(to, "a")
        assert 0.04 < perf_counter() - start < 1


async def test_a_large_request_lets_others_in_between() -> None:
    judge = Judge()
    judge.go.clear()
    async with batcher(judge, batch_comments=20, queue_ms=10_000) as to:
        large = submit(to, *map(str, range(100)))
        await asyncio.sleep(0.05)
        small = submit(to, "small")
        await asyncio.sleep(0.05)
        judge.go.set()
        await small
        assert not large.done()
        assert await large == [str(number) for number in range(100)]


async def test_a_batch_holds_no_more_work_than_it_may_take() -> None:
    judge = Judge()
    async with batcher(judge) as to:
        longer = [f"{number} {'word ' * 2_000}" for number in range(3)]
        assert await submit(to, *longer, "a", "b") == [*longer, "a", "b"]
    assert judge.batches[0] == longer[:1]


async def test_a_full_queue_refuses_at_once() -> None:
    judge = Judge()
    judge.go.clear()
    async with batcher(judge, batch_comments=1, queue_comments=3, queue_ms=10_000) as to:
        waiting = [submit(to, f"{number}") for number in range(2)]
        await asyncio.sleep(0.05)
        waiting += [submit(to, f"{number}") for number in range(2, 5)]
        await asyncio.sleep(0.05)  # two are judged, three wait
        start = perf_counter()
        with pytest.raises(RefusalError) as refused:
            await submit(to, "one more")
        assert perf_counter() - start < 0.01
        assert (refused.value.status, refused.value.retry_after_s) == (503, 1)
        judge.go.set()
        assert await asyncio.gather(*waiting) == [[f"{number}"] for number in range(5)]


async def test_a_wait_that_would_be_too_long_is_refused() -> None:
    judge = Judge()
    judge.go.clear()
    async with batcher(judge, batch_comments=1, queue_ms=1.2) as to:
        waiting = [submit(to, f"{number}") for number in range(4)]
        await asyncio.gather(*waiting[3:], return_exceptions=True)
        assert isinstance(waiting[3].exception(), RefusalError)
        judge.go.set()
        await asyncio.gather(*waiting[:3])


async def test_a_deadline_is_kept_while_the_model_hangs() -> None:
    judge = Judge()
    judge.go.clear()
    async with batcher(judge) as to:
        with pytest.raises(RefusalError) as refused:
            await submit(to, "a", timeout_s=0.05)
        assert refused.value.status == 504


async def test_a_client_that_has_gone_costs_nothing_more() -> None:
    judge = Judge()
    judge.go.clear()
    async with batcher(judge, batch_comments=1, queue_ms=10_000) as to:
        judged = [submit(to, "a"), submit(to, "b")]
        await asyncio.sleep(0.01)
        gone = submit(to, "gone", is_gone=lambda: True)
        await asyncio.sleep(0.05)
        judge.go.set()
        with pytest.raises(ClientGoneError):
            await gone
        await asyncio.gather(*judged)
    assert judge.batches == [["a"], ["b"]]


async def test_a_judge_that_raises_is_heard_of_by_all_and_asked_again() -> None:
    judge = Judge()
    judge.error = ValueError("broken")
    async with batcher(judge) as to:
        both = await asyncio.gather(submit(to, "a"), submit(to, "b"), return_exceptions=True)
        assert [type(one) for one in both] == [ValueError, ValueError]
        judge.error = None
        assert await submit(to, "c") == ["c"]
