"""The memory cache is bounded in number and in time."""

from moderator.cache.base import ContentKeys
from moderator.cache.memory import MemoryCache
from moderator.metrics import Metrics
from moderator.records import Match, Scored
from moderator.testing import ManualClock

ONE, TWO, THREE = (Scored({"toxicity": score}) for score in (0.1, 0.2, 0.3))


def make(metrics: Metrics, clock: ManualClock, items: int = 10) -> MemoryCache:
    return MemoryCache(metrics, items=items, score_ttl_s=5, verdict_ttl_s=9, clock=clock)


async def test_an_entry_ends_with_its_time(metrics: Metrics, clock: ManualClock) -> None:
    cache = make(metrics, clock)
    await cache.set_many({"a": ONE}, [])
    clock.advance(4.9)
    assert await cache.get_many(["a"]) == [ONE]
    clock.advance(0.1)
    assert await cache.get_many(["a"]) == [None]


async def test_the_least_recently_used_goes_first(metrics: Metrics, clock: ManualClock) -> None:
    cache = make(metrics, clock, items=2)
    await cache.set_many({"a": ONE, "b": TWO}, [])
    await cache.get_many(["a"])
    await cache.set_many({"c": THREE}, [])
    assert await cache.get_many(["a", "b", "c"]) == [ONE, None, THREE]


async def test_many_matches_take_the_place_of_several(metrics: Metrics, clock: ManualClock) -> None:
    cache = make(metrics, clock, items=10)
    flood = Scored({"profanity": 1.0}, tuple(Match(n, n + 1, "t", "c", 1) for n in range(64)))
    await cache.set_many({"a": ONE, "b": TWO, "flood": flood}, [])
    assert await cache.get_many(["a", "b", "flood"]) == [None, TWO, flood]
    await cache.set_many({"flood": ONE}, [])
    await cache.set_many({str(number): ONE for number in range(8)}, [])
    assert None not in await cache.get_many(["b", "flood", *map(str, range(8))])


async def test_hits_and_misses_are_counted(metrics: Metrics, clock: ManualClock) -> None:
    cache = make(metrics, clock)
    await cache.set_many({"a": ONE}, [])
    await cache.get_many(["a", "b", "c"])
    for result, count in (("hit", 1), ("miss", 2)):
        labels = {"cache": "memory", "result": result}
        value = metrics.registry.get_sample_value("moderator_cache_requests_total", labels)
        assert value == count


def test_keys_differ_by_text_secret_and_version() -> None:
    key = ContentKeys("secret", "v1").of("text")
    assert key == ContentKeys("secret", "v1").of("text")
    others = {
        ContentKeys("secret", "v1").of("texT"),
        ContentKeys("other", "v1").of("text"),
        ContentKeys("secret", "v2").of("text"),
    }
    assert len(others | {key}) == 4
    assert len(key) == 32
