"""A Redis that cannot be used is reported when a worker starts: why, and at which host."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import redis as client

from moderator.cache.redis import RedisCache
from moderator.cache.redis_check import check_redis
from moderator.http.ports import free_port
from moderator.metrics import Metrics
from tests.contract.test_cache import SCORED
from tests.integration.caching import settings, until_answered, up
from tests.servers import RedisServer


def failing(metrics: Metrics, cause: str) -> float | None:
    return metrics.registry.get_sample_value("moderator_cache_failing", {"cause": cause})


async def test_a_wrong_password_is_reported_at_start_and_a_right_one_is_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = RedisServer(tmp_path, ["--requirepass", "right"]).start()
    try:
        metrics = Metrics()
        cache = RedisCache(settings(f"redis://:hush@127.0.0.1:{server.port}/0"), metrics)
        await cache.start()
        assert f"Redis at 127.0.0.1:{server.port} fails (authentication)" in caplog.text
        assert "hush" not in caplog.text
        assert (up(metrics), failing(metrics, "authentication")) == (0, 1)
        await cache.close()
        caplog.clear()
        metrics = Metrics()
        cache = RedisCache(settings(f"redis://:right@127.0.0.1:{server.port}/0"), metrics)
        await cache.start()
        assert (caplog.text, up(metrics)) == ("", 1)
        await cache.close()
    finally:
        server.stop()


async def test_a_user_without_rights_is_reported(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    with client.Redis(port=redis_server.port) as raw:
        raw.execute_command("ACL", "SETUSER", "reader", "on", ">p", "~moderator:*", "+mget")
    url = f"redis://reader:p@127.0.0.1:{redis_server.port}/0"
    cache = RedisCache(settings(url), Metrics())
    await cache.start()
    assert f"127.0.0.1:{redis_server.port} refuses commands (permission)" in caplog.text
    await cache.close()


async def test_a_server_that_comes_up_later_is_found(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = RedisServer(tmp_path)
    metrics = Metrics()
    cache = RedisCache(settings(server.url), metrics)
    await cache.start()
    assert f"Redis at 127.0.0.1:{server.port} fails (connection)" in caplog.text
    assert failing(metrics, "connection") == 1
    server.start()
    try:
        await until_answered(cache, "k", SCORED)
        assert (up(metrics), failing(metrics, "connection")) == (1, 0)
    finally:
        await cache.close()
        server.stop()


async def test_a_server_that_still_loads_its_data_is_used_once_it_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = RedisServer(tmp_path, ["--rdbcompression", "no"]).start()
    with client.Redis(port=first.port) as raw:
        # While it loads it answers after each 2 MiB.
        raw.mset({f"other:{number}": "x" * 10_000 for number in range(1_000)})
        raw.save()
    first.stop()
    server = RedisServer(tmp_path, ["--key-load-delay", "3000"]).start()
    metrics = Metrics()
    cache = RedisCache(settings(server.url), metrics)
    try:
        await cache.start()
        assert f"Redis at 127.0.0.1:{server.port} fails (loading)" in caplog.text
        assert (up(metrics), failing(metrics, "loading")) == (0, 1)
        assert await cache.get_many(["k"]) == [None]
        checks = await asyncio.to_thread(check_redis, settings(server.url))
        assert [check.detail for check in checks] == ["is still loading its data"]
        await until_answered(cache, "k", SCORED)
        assert (up(metrics), failing(metrics, "loading")) == (1, 0)
    finally:
        await cache.close()
        server.stop()


async def test_a_server_without_connections_left_is_used_once_it_has_some(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    cache = RedisCache(settings(redis_server.url), metrics)
    with client.Redis(port=redis_server.port) as raw:
        usual = raw.config_get("maxclients")["maxclients"]
        raw.config_set("maxclients", "1")
        await cache.start()
        # It closes before it could be read why.
        assert f"Redis at 127.0.0.1:{redis_server.port} fails (connection)" in caplog.text
        assert await cache.get_many(["k"]) == [None]
        (check,) = await asyncio.to_thread(check_redis, settings(redis_server.url))
        assert "maxclients" in check.remedy
        raw.config_set("maxclients", usual)
        await until_answered(cache, "k", SCORED)
        assert up(metrics) == 1
    await cache.close()


def test_the_address_of_a_log_line_holds_no_password() -> None:
    from moderator.cache.address import servers

    url = "redis+sentinel://u:hush@a:1,b:2/service"
    assert servers(settings(url)) == "a:1,b:2"
    assert servers(settings(f"redis://h:{free_port()}/0")).startswith("h:")
    assert servers(settings("unix:///run/redis.sock")) == "/run/redis.sock"
