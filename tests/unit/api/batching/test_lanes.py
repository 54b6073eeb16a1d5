"""A few expensive texts do not hold up the rest."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import pytest

from moderator.api.batching.lanes import Lanes
from moderator.api.refusal import RefusalError
from moderator.metrics import Metrics
from moderator.records import Comment
from moderator.settings import Serve

LONG = "a long word " * 4_000


class Judge:
    """Verdicts that are only the comment's text; a batch with a long text waits for `go`."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = asyncio.Event()

    async def __call__(self, comments: Sequence[Comment]) -> list[Any]:
        texts = [comment.text for comment in comments]
        self.batches.append(texts)
        if any(map(is_long, texts)):
            await self.go.wait()
        return texts


def is_long(text: str) -> bool:
    return len(text) > 1_000


@asynccontextmanager
async def lanes(judge: Judge, **serve: Any) -> AsyncIterator[Lanes]:
    made = Lanes(judge, Serve(**serve), Metrics())
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()


def submit(to: Lanes, *texts: str) -> asyncio.Task[list[Any]]:
    comments = [Comment(id="", text=text) for text in texts]
    return asyncio.create_task(to.submit(comments, monotonic() + 5, lambda: False))


async def test_others_are_answered_while_expensive_texts_are_judged() -> None:
    judge = Judge()
    async with lanes(judge) as to:
        expensive = [submit(to, f"{LONG}{number}") for number in range(2)]
        await asyncio.sleep(0.02)
        assert await submit(to, "a", "b") == ["a", "b"]
        assert not any(one.done() for one in expensive)
        judge.go.set()
        assert await asyncio.gather(*expensive) == [[f"{LONG}0"], [f"{LONG}1"]]
    assert all(len(batch) == 1 for batch in judge.batches if is_long(batch[0]))


async def test_verdicts_come_in_the_order_of_a_request_with_both() -> None:
    judge = Judge()
    judge.go.set()
    texts = ["a", f"{LONG}1", "b", f"{LONG}2", "c"]
    async with lanes(judge) as to:
        assert await submit(to, *texts) == texts


async def test_too_many_expensive_texts_are_refused_and_no_others() -> None:
    judge = Judge()
    async with lanes(judge, queue_comments=1) as to:
        judged = submit(to, f"{LONG}1")
        await asyncio.sleep(0.02)
        waiting = submit(to, f"{LONG}2")
        await asyncio.sleep(0.02)
        with pytest.raises(RefusalError) as refused:
            await submit(to, "a", f"{LONG}3")
        assert refused.value.status == 503
        assert await submit(to, "a") == ["a"]
        judge.go.set()
        await asyncio.gather(judged, waiting)
