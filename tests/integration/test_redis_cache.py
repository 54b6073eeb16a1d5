"""RedisCache against a real Redis that is healthy, locked, slow, full, down or talking nonsense."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis as client

from moderator.cache.redis import RedisCache, verdict_key
from moderator.http.ports import free_port
from moderator.metrics import Metrics
from moderator.records import Scored
from tests.contract.test_cache import SCORED, verdict
from tests.integration.caching import SLACK_S, TIMEOUT_MS, look_ups, settings, until_answered, up
from tests.servers import RedisServer


@pytest.fixture
def raw(redis_server: RedisServer) -> Iterator[client.Redis]:
    with client.Redis(port=redis_server.port) as connection:
        yield connection


async def test_every_key_has_its_name_and_a_ttl(
    redis_server: RedisServer, raw: client.Redis
) -> None:
    cache = RedisCache(settings(redis_server.url, score_ttl_s=100, verdict_ttl_s=200), Metrics())
    await cache.set_many({"0a": SCORED}, [verdict("id 1"), verdict("x" * 129)])
    await cache.close()
    keys: Any = raw.keys()
    ttls = {key: raw.ttl(key) for key in keys}
    assert ttls.pop(b"moderator:score:0a") in range(90, 101)
    assert set(ttls) == {b"moderator:verdict:id 1", verdict_key("x" * 129)}
    assert all(ttl in range(190, 201) for ttl in ttls.values())
    assert len(verdict_key("x" * 129)) == len(b"moderator:verdict:sha256:") + 64


def test_no_id_takes_the_place_of_a_long_one() -> None:
    long = "x" * 4000
    crafted = verdict_key(long).decode().removeprefix("moderator:verdict:")
    assert verdict_key(crafted) != verdict_key(long)


async def test_a_verdict_on_another_comment_is_not_believed(
    redis_server: RedisServer, raw: client.Redis
) -> None:
    cache = RedisCache(settings(redis_server.url), Metrics())
    await cache.set_many({}, [verdict("c1")])
    raw.copy("moderator:verdict:c1", "moderator:verdict:c2")
    assert await cache.get_verdict("c1") is not None
    assert await cache.get_verdict("c2") is None
    await cache.close()


async def test_a_verdict_is_kept_without_its_comment(
    redis_server: RedisServer, raw: client.Redis
) -> None:
    from msgspec.structs import replace

    cache = RedisCache(settings(redis_server.url), Metrics())
    carrying = replace(verdict(), comment={"text": "secret words", "author": "somebody"})
    await cache.set_many({}, [carrying.about("secret words")])
    await cache.close()
    kept: Any = raw.get("moderator:verdict:c1")
    assert b"secret" not in kept
    assert b"somebody" not in kept


async def test_an_entry_that_was_not_signed_here_is_a_miss(
    redis_server: RedisServer, raw: client.Redis
) -> None:
    ours = RedisCache(settings(redis_server.url, secret="ours"), Metrics())
    other = RedisCache(settings(redis_server.url, secret="other"), Metrics())
    await ours.set_many({"a": SCORED, "b": Scored({"toxicity": 0.9})}, [])
    assert await other.get_many(["a"]) == [None]
    value: Any = raw.get("moderator:score:b")
    raw.set("moderator:score:a", value)  # moved to another text
    assert await ours.get_many(["a", "b"]) == [None, Scored({"toxicity": 0.9})]
    raw.set("moderator:score:b", value[:-1] + b" }")
    assert await ours.get_many(["b"]) == [None]
    raw.set("moderator:score:b", b'{"scores":{"toxicity":0.0}}')
    assert await ours.get_many(["b"]) == [None]
    for cache in (ours, other):
        await cache.close()


@pytest.mark.parametrize(
    "garbage",
    [b"", b"\x80\x04\x95", b"null", b'{"scores":{"\xff":1}}', b'{"scores":[]}', b"[" * 100_000,
     b'{"scores":{},"later":' + b"[" * 100_000],
)  # fmt: skip
async def test_what_cannot_be_decoded_is_a_miss(
    redis_server: RedisServer, raw: client.Redis, garbage: bytes
) -> None:
    metrics = Metrics()
    cache = RedisCache(settings(redis_server.url), metrics)
    raw.set("moderator:score:bad", garbage)
    raw.set("moderator:verdict:bad", garbage)
    await cache.set_many({"good": SCORED}, [])
    assert await cache.get_many(["bad", "good"]) == [None, SCORED]
    assert await cache.get_verdict("bad") is None
    assert (look_ups(metrics, "miss"), look_ups(metrics, "hit")) == (1, 1)
    await cache.close()


async def test_a_key_of_another_type_is_a_miss(
    redis_server: RedisServer, raw: client.Redis
) -> None:
    cache = RedisCache(settings(redis_server.url), Metrics())
    raw.lpush("moderator:score:k", "1")
    assert await cache.get_many(["k"]) == [None]
    await cache.close()


async def test_down_is_a_fast_counted_miss_and_then_left_alone() -> None:
    metrics = Metrics()
    url = f"redis://127.0.0.1:{free_port()}/0"
    cache = RedisCache(settings(url, breaker_failures=2, breaker_open_s=600), metrics)
    for _ in range(5):
        assert await cache.get_many(["a", "b"]) == [None, None]
    await cache.set_many({"a": SCORED}, [verdict()])
    assert await cache.get_verdict("c1") is None
    assert (look_ups(metrics, "error"), look_ups(metrics, "open")) == (4, 6)
    assert up(metrics) == 0
    await cache.close()


async def test_a_hanging_redis_costs_the_timeout_and_no_more(redis_server: RedisServer) -> None:
    metrics = Metrics()
    cache = RedisCache(
        settings(redis_server.url, breaker_failures=1, timeout_ms=TIMEOUT_MS), metrics
    )
    await cache.set_many({"k": SCORED}, [])
    redis_server.pause()
    start = time.monotonic()
    assert await cache.get_many(["k"]) == [None]
    assert time.monotonic() - start < TIMEOUT_MS / 1000 + SLACK_S
    assert up(metrics) == 0
    redis_server.resume()
    await until_answered(cache, "k", SCORED)
    assert up(metrics) == 1
    await cache.close()


async def test_late_answers_are_never_read_as_those_of_another(redis_server: RedisServer) -> None:
    given = settings(redis_server.url, breaker_failures=1000, timeout_ms=TIMEOUT_MS)
    cache = RedisCache(given, Metrics())
    other = Scored({"toxicity": 0.99})
    await cache.set_many({"k": SCORED, "other": other}, [])
    for _ in range(3):
        redis_server.pause()
        assert await cache.get_many(["k"]) == [None]
        redis_server.resume()
        assert await cache.get_many(["other"]) in ([other], [None])
    await until_answered(cache, "other", other)
    await cache.close()


async def test_a_cancelled_request_leaves_no_answer_behind(redis_server: RedisServer) -> None:
    cache = RedisCache(settings(redis_server.url), Metrics())
    other = Scored({"toxicity": 0.99})
    await cache.set_many({"k": SCORED, "other": other}, [])
    redis_server.pause()
    task = asyncio.create_task(cache.get_many(["k"]))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    redis_server.resume()
    assert await cache.get_many(["other"]) == [other]
    await cache.close()


async def test_restarted_redis_is_found_again(redis_server: RedisServer) -> None:
    cache = RedisCache(settings(redis_server.url), Metrics())
    await until_answered(cache, "k", SCORED)
    redis_server.stop()
    assert await cache.get_many(["k"]) == [None]
    redis_server.start()
    await until_answered(cache, "k", SCORED)
    await cache.close()


async def test_a_full_redis_still_answers(redis_server: RedisServer, raw: client.Redis) -> None:
    metrics = Metrics()
    cache = RedisCache(settings(redis_server.url), metrics)
    await cache.set_many({"k": SCORED}, [])
    raw.config_set("maxmemory", "1")
    for _ in range(5):
        await cache.set_many({"new": SCORED}, [verdict()])
    assert await cache.get_many(["new", "k"]) == [None, SCORED]
    errors = metrics.registry.get_sample_value("moderator_cache_errors_total", {"operation": "set"})
    assert (errors, up(metrics)) == (5, 1)
    raw.config_set("maxmemory", "0")
    await until_answered(cache, "new", SCORED)
    await cache.close()


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+OK\r\n" * 9, b":7\r\n", b"*1\r\n:7\r\n" * 9,
     b"*1\r\n$-1\r\n" * 9, b"$999999999999\r\nabc", b"*-5\r\n", b"\xff" * 70_000, b""],
)  # fmt: skip
async def test_nonsense_is_a_miss(answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    cache = RedisCache(settings(f"redis://127.0.0.1:{port}/0", timeout_ms=200.0), Metrics())
    for _ in range(4):
        await cache.set_many({"a": SCORED}, [verdict()])
        assert await cache.get_many(["a", "b"]) == [None, None]
        assert await cache.get_verdict("c1") is None
    await cache.close()
    server.close()
