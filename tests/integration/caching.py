"""Settings of a Redis cache for tests, and what its metrics say."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from moderator.cache.redis import RedisCache
from moderator.metrics import Metrics
from moderator.records import Scored
from moderator.settings import Cache

PATIENT_MS = 20_000.0
"""For a Redis that answers: a busy machine may take long."""
TIMEOUT_MS = 300.0
"""For one that does not."""
SLACK_S = 5.0
"""What a busy machine may add to a time-out."""


def settings(url: str, **changes: Any) -> Cache:
    given = {"timeout_ms": PATIENT_MS, "breaker_open_s": 0.2, **changes}
    return Cache(backend="redis", url=url, **given)  # type: ignore[arg-type]


def look_ups(metrics: Metrics, result: str) -> float:
    labels = {"cache": "redis", "result": result}
    return metrics.registry.get_sample_value("moderator_cache_requests_total", labels) or 0.0


def up(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("moderator_cache_up", {"cache": "redis"})


async def until_answered(cache: RedisCache, key: str, value: Scored) -> None:
    """Write and read until it is kept: the cache must recover by itself."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        await cache.set_many({key: value}, [])
        if await cache.get_many([key]) == [value]:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the cache did not recover")
