"""One suite over every cache: memory, a real Redis, and the two together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from moderator.cache.base import VerdictCache
from moderator.cache.memory import MemoryCache
from moderator.cache.redis import RedisCache
from moderator.cache.tiered import TieredCache
from moderator.metrics import Metrics
from moderator.records import Action, Component, Match, Reason, Scored, Verdict
from moderator.settings import Cache

SCORED = Scored(
    {"toxicity": 0.25, "profanity": 1.0},
    (Match(0, 4, "term", "swearing", 2, evasive=True),),
)


def verdict(comment_id: str = "c1", action: Action = Action.REVIEW) -> Verdict:
    return Verdict(
        id=comment_id,
        action=action,
        reasons=(Reason("review.profanity", "profanity", 1.0, 0.6),),
        scores=SCORED.scores,
        matches=SCORED.matches,
        scorer=Component("cascade", "1"),
        policy=Component("standard", "abc"),
        cached=False,
        degraded=False,
        scored_at="2026-01-01T00:00:00.000+00:00",
        latency_ms=1.5,
    )


@pytest.fixture(params=["memory", "redis", "tiered"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Callable[[int], VerdictCache]]:
    """Builds the cache under test with a time to live in seconds."""
    made: list[VerdictCache] = []
    server = None if request.param == "memory" else request.getfixturevalue("redis_server")

    def build(ttl_s: int) -> VerdictCache:
        memory = MemoryCache(Metrics(), items=1000, score_ttl_s=ttl_s, verdict_ttl_s=ttl_s)
        cache: VerdictCache = memory
        if server is not None:
            settings = Cache(
                backend="redis",
                url=server.url,
                score_ttl_s=ttl_s,
                verdict_ttl_s=ttl_s,
                timeout_ms=20_000,
            )
            shared = RedisCache(settings, Metrics())
            cache = shared if request.param == "redis" else TieredCache(memory, shared)
        made.append(cache)
        return cache

    yield build
    for cache in made:
        await cache.close()


async def test_keeps_scores_and_verdicts_unchanged(make: Callable[[int], VerdictCache]) -> None:
    cache = make(60)
    await cache.set_many({"k1": SCORED}, [verdict()])
    assert await cache.get_many(["k1"]) == [SCORED]
    assert await cache.get_verdict("c1") == verdict()


async def test_keeps_no_comment(make: Callable[[int], VerdictCache]) -> None:
    cache = make(60)
    carrying = msgspec.structs.replace(verdict(), comment={"text": "words", "author": "ann"})
    await cache.set_many({}, [carrying])
    assert await cache.get_verdict("c1") == verdict()


async def test_answers_in_the_order_of_the_keys(make: Callable[[int], VerdictCache]) -> None:
    cache = make(60)
    kept = {f"k{number}": Scored({"toxicity": number / 1000}) for number in range(0, 600, 2)}
    await cache.set_many(kept, [])
    keys = [f"k{number}" for number in range(600)]
    assert await cache.get_many(keys) == [kept.get(key) for key in keys]


async def test_nothing_asked_nothing_kept(make: Callable[[int], VerdictCache]) -> None:
    cache = make(60)
    await cache.set_many({}, [])
    assert await cache.get_many([]) == []
    assert await cache.get_verdict("never seen") is None


async def test_the_last_write_wins(make: Callable[[int], VerdictCache]) -> None:
    cache = make(60)
    await cache.set_many({"k": Scored({"toxicity": 0.1})}, [verdict(action=Action.ALLOW)])
    await cache.set_many({"k": SCORED}, [verdict(action=Action.BLOCK)])
    assert await cache.get_many(["k"]) == [SCORED]
    kept = await cache.get_verdict("c1")
    assert kept is not None
    assert kept.action is Action.BLOCK


async def test_forgets_after_the_time_to_live(make: Callable[[int], VerdictCache]) -> None:
    cache = make(1)
    await cache.set_many({"k": SCORED}, [verdict()])
    await asyncio.sleep(1.2)
    assert await cache.get_many(["k"]) == [None]
    assert await cache.get_verdict("c1") is None


@pytest.mark.parametrize("comment_id", ["", "a b\r\n$3\r\nDEL", "\N{PILE OF POO}" * 500, "\0", "*"])
async def test_any_id_is_an_id(make: Callable[[int], VerdictCache], comment_id: str) -> None:
    cache = make(60)
    await cache.set_many({}, [verdict(comment_id)])
    kept = await cache.get_verdict(comment_id)
    assert kept is not None
    assert kept.id == comment_id
    assert await cache.get_verdict(comment_id + "x") is None
