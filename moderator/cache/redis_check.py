"""Checks the Redis in the settings: reachable, fast, writable, within its memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from moderator.cache.redis import SCORE_PREFIX, connection_pool
from moderator.checks import Check, fail, ok, warn
from moderator.settings import Cache

_PROBE = SCORE_PREFIX + b"doctor"
"""No content's key: those are hexadecimal."""
_ANSWER_S = 5.0
_TIMES = 5


def check_redis(settings: Cache) -> list[Check]:
    """All findings about Redis. Raises SettingsError if its address is not valid."""
    return asyncio.run(_check(settings))


async def _check(settings: Cache) -> list[Check]:
    async with Redis.from_pool(connection_pool(settings)) as redis:
        try:
            async with asyncio.timeout(_ANSWER_S):
                found = [await _latency(redis, settings.timeout_ms)]
                found += [await _writable(redis), await _memory(redis)]
        except TimeoutError:
            return [fail("redis", f"no answer within {_ANSWER_S:g} s", "is it overloaded?")]
        except AuthenticationError:
            return [fail("redis", "user or password is refused", "look at cache.url")]
        except (RedisError, OSError) as error:
            remedy = "start it, or look at cache.url and cache.ssl_cafile; until then all miss"
            return [fail("redis", f"cannot be reached ({type(error).__name__})", remedy)]
    return [*found, *_secret(settings)]


async def _latency(redis: Redis, timeout_ms: float) -> Check:
    took = []
    for _ in range(_TIMES):
        start = perf_counter()
        await redis.mget(_PROBE)
        took.append((perf_counter() - start) * 1000)
    detail = f"answers in {median(took):.1f} ms (median of {_TIMES})"
    if median(took) > timeout_ms / 2:
        return warn("redis", detail, "raise cache.timeout_ms, or place Redis nearer to the workers")
    return ok("redis", detail)


async def _writable(redis: Redis) -> Check:
    try:
        await redis.set(_PROBE, b"", ex=1)
    except NoPermissionError:
        remedy = "ACL: +mget +set on the keys ~moderator:*"
        return fail("redis write", "this user may not write", remedy)
    except ResponseError as error:
        kind = str(error).split(maxsplit=1)[0]
        return fail(
            "redis write", f"refused ({kind})", "is it full, or a replica? See redis memory"
        )
    return ok("redis write", "a key was written")


async def _memory(redis: Redis) -> Check:
    try:
        info: dict[str, Any] = await redis.info("memory")
    except ResponseError:
        return ok("redis memory", "unknown: this user may not run INFO")
    used, most = int(info["used_memory"]), int(info.get("maxmemory", 0))
    policy = str(info.get("maxmemory_policy", ""))
    if not most:
        remedy = "set maxmemory, and maxmemory-policy allkeys-lru"
        return warn("redis memory", f"{used >> 20} MiB used, no limit", remedy)
    detail = f"{used >> 20} of {most >> 20} MiB used, {policy}"
    if policy == "noeviction":
        return warn(
            "redis memory",
            detail,
            "set maxmemory-policy allkeys-lru, or a full Redis refuses",
        )
    return ok("redis memory", detail)


def _secret(settings: Cache) -> Iterator[Check]:
    if not settings.secret.get_secret_value():
        remedy = "set cache.secret, the same for all workers"
        yield warn("cache secret", "the hashes of texts in Redis are not keyed", remedy)
