"""RedisCache with more than one Redis server: failover, Sentinel, Cluster."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
import redis as client

from moderator.cache.redis import RedisCache
from moderator.cache.redis_check import check_redis
from moderator.checks import Status
from moderator.http.ports import free_port
from moderator.metrics import Metrics
from moderator.records import Scored
from tests.contract.test_cache import SCORED, verdict
from tests.integration.caching import settings, until_answered, up
from tests.servers import RedisServer, find_redis, wait_for_port

pytestmark = [
    pytest.mark.timeout(180),
    # redis-py's cluster client drops nodes that it replaced in tasks that nobody waits for.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

MANY = {f"{number:02x}": Scored({"toxicity": number / 100}) for number in range(40)}


@pytest.fixture(autouse=True)
def drop_what_the_cluster_client_leaves() -> Iterator[None]:
    """Collected here, while its warnings are ignored: else they would fail some later test."""
    yield
    gc.collect()


def replicate(server: RedisServer, master: RedisServer | None) -> None:
    """Make a server the replica of another, or a master."""
    with client.Redis(port=server.port) as raw:
        if master is None:
            raw.replicaof("NO", "ONE")
            return
        raw.replicaof("127.0.0.1", str(master.port))
        deadline = time.monotonic() + 30
        while raw.info("replication")["master_link_status"] != "up":
            assert time.monotonic() < deadline
            time.sleep(0.05)


@contextmanager
def two_servers(folder: Path, *options: str) -> Iterator[list[RedisServer]]:
    """Two servers with the same options, each in a folder of its own."""
    with ExitStack() as stack:
        servers = []
        for name in ("a", "b"):
            own = folder / name
            own.mkdir()
            server = RedisServer(own, options).start()
            stack.callback(server.stop)
            servers.append(server)
        yield servers


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[RedisServer, RedisServer]]:
    """A master and its replica."""
    with two_servers(tmp_path, "--repl-diskless-sync-delay", "0") as (master, replica):
        replicate(replica, master)
        yield master, replica


class Address:
    """One port in front of several servers, as a virtual IP or a DNS name has it: connections that
    are open stay where they are when `target` changes."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._open: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Address]:
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        yield self
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self.target)
        for source, drain in ((reader, onward_writer), (onward_reader, writer)):
            task = asyncio.create_task(_pipe(source, drain))
            self._open.add(task)
            task.add_done_callback(self._open.discard)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        finally:
            writer.close()
            await writer.wait_closed()


async def test_a_master_that_became_a_replica_is_left_for_the_new_one(
    pair: tuple[RedisServer, RedisServer],
) -> None:
    old, new = pair
    async with Address(old.port).serving() as address:
        cache = RedisCache(settings(f"redis://127.0.0.1:{address.port}/0"), Metrics())
        await until_answered(cache, "k", SCORED)
        replicate(new, None)
        replicate(old, new)
        address.target = new.port
        other = Scored({"toxicity": 0.5})
        await until_answered(cache, "other", other)
        await cache.close()
    with client.Redis(port=new.port) as raw:
        assert raw.exists("moderator:score:other")


async def test_a_cache_that_only_meets_a_replica_is_down(
    pair: tuple[RedisServer, RedisServer],
) -> None:
    metrics = Metrics()
    cache = RedisCache(settings(pair[1].url, breaker_failures=3), metrics)
    for _ in range(3):
        await cache.set_many({"k": SCORED}, [])
    assert up(metrics) == 0
    replicate(pair[1], None)
    await until_answered(cache, "k", SCORED)
    assert up(metrics) == 1
    await cache.close()


@pytest.fixture
def sentinel(tmp_path: Path, pair: tuple[RedisServer, RedisServer]) -> Iterator[int]:
    """The port of a Sentinel that watches the pair, as service `scores`."""
    port = free_port()
    file = tmp_path / "sentinel.conf"
    file.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {tmp_path}\n"
        f"sentinel monitor scores 127.0.0.1 {pair[0].port} 1\n"
        "sentinel down-after-milliseconds scores 500\n"
        "sentinel failover-timeout scores 2000\n"
    )
    log = (tmp_path / "sentinel.log").open("wb")
    with log:
        process = subprocess.Popen([find_redis(), str(file), "--sentinel"], stdout=log, stderr=log)
    try:
        wait_for_port(port, process)
        with client.Redis(port=port) as raw:
            deadline = time.monotonic() + 30
            while len(raw.sentinel_slaves("scores")) < 1:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait(30)


async def test_sentinel_says_who_the_master_is_also_after_a_failover(
    pair: tuple[RedisServer, RedisServer], sentinel: int
) -> None:
    url = f"redis+sentinel://127.0.0.1:1,127.0.0.1:{sentinel}/scores/0"
    cache = RedisCache(settings(url), Metrics())
    await until_answered(cache, "k", SCORED)
    checks = await asyncio.to_thread(check_redis, settings(url))
    assert Status.FAIL not in {check.status for check in checks}
    pair[0].stop(signal.SIGKILL)
    other = Scored({"toxicity": 0.5})
    deadline = time.monotonic() + 60
    while await cache.get_many(["other"]) != [other]:
        assert time.monotonic() < deadline
        await cache.set_many({"other": other}, [verdict()])
        await asyncio.sleep(0.1)
    assert await cache.get_verdict("c1") == verdict()
    await cache.close()


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[RedisServer]]:
    """The two masters of a cluster, each with half of the slots."""
    with two_servers(tmp_path, "--cluster-enabled", "yes") as servers:
        for server, slots in zip(servers, (range(8_192), range(8_192, 16_384)), strict=True):
            with client.Redis(port=server.port) as raw:
                raw.execute_command("CLUSTER", "ADDSLOTS", *slots)
                raw.execute_command("CLUSTER", "MEET", "127.0.0.1", servers[0].port)
        for server in servers:
            with client.Redis(port=server.port) as raw:
                deadline = time.monotonic() + 60
                while b"cluster_state:ok" not in _text(raw.execute_command("CLUSTER", "INFO")):
                    assert time.monotonic() < deadline
                    time.sleep(0.1)
        yield servers


def _text(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else repr(answer).encode().replace(b"': '", b":")


async def test_a_cluster_is_read_and_written_at_every_node(nodes: list[RedisServer]) -> None:
    metrics = Metrics()
    cache = RedisCache(settings(nodes[1].url, cluster=True), metrics)
    await cache.set_many(MANY, [verdict()])
    assert await cache.get_many([*MANY, "none"]) == [*MANY.values(), None]
    assert await cache.get_verdict("c1") == verdict()
    for node in nodes:
        with client.Redis(port=node.port) as raw:
            assert raw.dbsize() > 5
            key = next(iter(raw.scan_iter("moderator:score:*")))
            assert raw.ttl(key) > 1_000
    checks = await asyncio.to_thread(check_redis, settings(nodes[0].url, cluster=True))
    assert Status.FAIL not in {check.status for check in checks}
    await cache.close()


async def test_a_slot_that_moved_is_found_again(nodes: list[RedisServer]) -> None:
    cache = RedisCache(settings(nodes[0].url, cluster=True), Metrics())
    await until_answered(cache, "0a", SCORED)
    with client.Redis(port=nodes[0].port) as a, client.Redis(port=nodes[1].port) as b:
        slot = a.execute_command("CLUSTER", "KEYSLOT", "moderator:score:0a")
        owner, other = (a, b) if slot < 8_192 else (b, a)
        owner.delete("moderator:score:0a")
        target = other.execute_command("CLUSTER", "MYID")
        for raw in (other, owner):
            raw.execute_command("CLUSTER", "SETSLOT", slot, "NODE", target)
        await until_answered(cache, "0a", SCORED)
        assert other.exists("moderator:score:0a")
    await cache.close()


async def test_a_dead_node_costs_only_misses_and_the_time_out(nodes: list[RedisServer]) -> None:
    cache = RedisCache(settings(nodes[0].url, cluster=True, timeout_ms=2_000.0), Metrics())
    await until_answered(cache, "0a", SCORED)
    nodes[1].stop(signal.SIGKILL)
    start = time.monotonic()
    for _ in range(3):
        await cache.set_many(MANY, [])
        await cache.get_many(list(MANY))
    assert time.monotonic() - start < 20
    await cache.close()


async def test_the_doctor_knows_a_node_of_a_cluster(nodes: list[RedisServer]) -> None:
    checks = await asyncio.to_thread(check_redis, settings(nodes[0].url))
    failed = [check for check in checks if check.status is Status.FAIL]
    assert failed
    assert "cache.cluster = true" in failed[0].remedy
