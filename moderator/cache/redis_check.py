"""Checks that the Redis of the settings answers fast, can be written, and stays in its memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from statistics import median
from time import perf_counter
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    NoPermissionError,
    RedisClusterException,
    RedisError,
    ResponseError,
)

from moderator.cache.address import cluster_client, connection_pool
from moderator.cache.failure import cause_of
from moderator.cache.links import Link, RefusedError, link
from moderator.cache.redis import SCORE_PREFIX
from moderator.checks import Check, fail, ok, warn
from moderator.settings import Cache

_PROBES = (SCORE_PREFIX + b"doctor", SCORE_PREFIX + b"doctor2")
"""Keys that no text has, since those are hexadecimal; they lie in different slots of a cluster."""
_ANSWER_S = 5.0
_ROUNDS = 5


def check_redis(settings: Cache) -> list[Check]:
    """Every check of Redis. Raises SettingsError if its address is not one."""
    return asyncio.run(_check(settings))


async def _check(settings: Cache) -> list[Check]:
    async with AsyncExitStack() as stack:
        redis = link(settings)
        stack.push_async_callback(redis.close)
        client = _client(settings)
        stack.push_async_callback(client.aclose)
        try:
            async with asyncio.timeout(_ANSWER_S):
                if settings.cluster:
                    await client.initialize()
                await client.set(_PROBES[0], b"", ex=1)
        except AuthenticationError:
            return [fail("redis", "user or password is refused", "look at cache.url")]
        except TimeoutError:
            return [fail("redis", f"no answer within {_ANSWER_S:g} s", "is it overloaded?")]
        except (NoPermissionError, ResponseError) as error:
            writable = _unwritable(error)
        except (RedisError, RedisClusterException, OSError) as error:
            return [_unreachable(error)]
        else:
            writable = ok("redis write", "a key was written")
        try:
            async with asyncio.timeout(_ANSWER_S):
                checks = [await _latency(redis, settings.timeout_ms), writable]
                checks.append(await _memory(client, settings.cluster))
        except RefusedError:
            remedy = "ACL: +mget +set on the keys ~moderator:*; cache.cluster = true for a cluster"
            return [fail("redis", "two keys cannot be read at once", remedy)]
        except (RedisError, RedisClusterException, OSError, TimeoutError) as error:
            return [fail("redis", f"cannot be read ({type(error).__name__})", "see redis memory")]
    return [*checks, *_secret(settings)]


def _client(settings: Cache) -> Any:
    """redis-py's own client of the same Redis, for the commands that workers never send."""
    if settings.cluster:
        return cluster_client(settings)
    return Redis.from_pool(connection_pool(settings))


async def _latency(redis: Link, timeout_ms: float) -> Check:
    took_ms = []
    for _ in range(_ROUNDS):
        start = perf_counter()
        await redis.get(_PROBES)
        took_ms.append((perf_counter() - start) * 1000)
    detail = f"answers in {median(took_ms):.1f} ms (median of {_ROUNDS})"
    if median(took_ms) > timeout_ms / 2:
        return warn("redis", detail, "raise cache.timeout_ms, or place Redis nearer to the workers")
    return ok("redis", detail)


def _unreachable(error: Exception) -> Check:
    if cause_of(error) == "loading":
        return fail("redis", "is still loading its data", "wait; until then all miss")
    remedy = (
        "start it, raise its maxclients, or look at cache.url and cache.ssl_cafile; until then "
        "all miss"
    )
    return fail("redis", f"cannot be reached ({type(error).__name__})", remedy)


def _unwritable(error: ResponseError) -> Check:
    if isinstance(error, NoPermissionError):
        remedy = "ACL: +mget +set on the keys ~moderator:*"
        return fail("redis write", "this user may not write", remedy)
    if "cluster" in str(error).lower() or str(error).startswith("MOVED"):
        return fail("redis write", "this is a node of a cluster", "set cache.cluster = true")
    kind = type(error).__name__ if str(error)[:1].islower() else str(error).split(maxsplit=1)[0]
    return fail("redis write", f"refused ({kind})", "is it full, or a replica? See redis memory")


async def _memory(client: Any, cluster: bool) -> Check:
    try:
        info: dict[str, Any] = await client.info("memory")
    except ResponseError:
        return ok("redis memory", "unknown: this user may not run INFO")
    if cluster:  # by node; the fullest is the first to evict
        nodes = info.values() if "used_memory" not in info else [info]
        info = max(nodes, key=lambda node: int(node["used_memory"]))
    used, limit = int(info["used_memory"]), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", ""))
    if not limit:
        remedy = "set maxmemory, and maxmemory-policy allkeys-lru"
        return warn("redis memory", f"{used >> 20} MiB used, no limit", remedy)
    detail = f"{used >> 20} of {limit >> 20} MiB used, {policy}"
    if policy == "noeviction":
        remedy = "set maxmemory-policy allkeys-lru, or a full Redis refuses"
        return warn("redis memory", detail, remedy)
    return ok("redis memory", detail)


def _secret(settings: Cache) -> Iterator[Check]:
    if not settings.secret.get_secret_value():
        remedy = "set cache.secret, the same for all workers"
        yield warn("cache secret", "hashes of texts are not keyed, scores not signed", remedy)
