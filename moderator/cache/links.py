"""Round trips to Redis: packed commands to one server, or a cluster's client."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from redis.asyncio import RedisCluster
from redis.asyncio.connection import ConnectionPool
from redis.exceptions import (
    ClusterDownError,
    InvalidResponse,
    MasterDownError,
    MovedError,
    ReadOnlyError,
    ResponseError,
)

from moderator.cache.address import cluster_client, connection_pool
from moderator.cache.resp import pack, pack_sets
from moderator.settings import Cache

_ELSEWHERE = (ReadOnlyError, MovedError, MasterDownError, ClusterDownError)
"""The server is no longer the right one, after a failover, or is a node of a cluster."""


class Entry(NamedTuple):
    """A value to keep, and for how many seconds."""

    key: bytes
    value: bytes
    ttl_s: int


class RefusedError(Exception):
    """Redis answered at once that it will not: full, or forbidden. Others may still be served."""


class Link(Protocol):
    """Raises RefusedError, or what the client raises for an answer that does not come."""

    async def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values, in one round trip."""
        ...

    async def set(self, entries: Sequence[Entry]) -> None:
        """Keep entries, in one round trip."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


def link(settings: Cache) -> Link:
    """The link to the Redis of the settings. Raises SettingsError."""
    if settings.cluster:
        return ClusterLink(cluster_client(settings))
    return ServerLink(connection_pool(settings))


class ServerLink:
    """One server: that of the address, or the one that Sentinel calls the master."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    async def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        (values,) = await self._ask(pack(b"MGET", *keys), [len(keys)])
        return [value if isinstance(value, bytes) else None for value in values]

    async def set(self, entries: Sequence[Entry]) -> None:
        await self._ask(pack_sets(entries), [0] * len(entries))

    async def close(self) -> None:
        await self._pool.aclose()

    async def _ask(self, commands: bytes, shapes: Sequence[int]) -> list[Any]:
        """The replies to packed commands. `shapes` says of each how many values it has, or 0 for
        an OK."""
        connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.send_packed_command([commands], check_health=False)
            replies = [await _reply(connection, shape) for shape in shapes]
        except BaseException:
            # Replies may still be under way: nobody else may read them as their own.
            await connection.disconnect(nowait=True)
            raise
        finally:
            await self._pool.release(connection)
        refused = [reply for reply in replies if isinstance(reply, ResponseError)]
        for error in refused:
            if isinstance(error, _ELSEWHERE):
                # New connections resolve the name, or ask Sentinel, again.
                await self._pool.disconnect()
                raise error
        if refused:
            raise RefusedError from refused[0]
        return replies


class ClusterLink:
    """A Redis Cluster: its client sends each command to the node that has the key's slot."""

    def __init__(self, client: RedisCluster) -> None:
        self._client = client
        self._starting: asyncio.Task[Any] | None = None

    async def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        await self._started()
        pipeline = self._client.pipeline()
        for key in keys:
            pipeline.get(key)
        replies = await pipeline.execute(raise_on_error=False)
        _raise_first(replies)
        return [value if isinstance(value, bytes) else None for value in replies]

    async def set(self, entries: Sequence[Entry]) -> None:
        await self._started()
        pipeline = self._client.pipeline()
        for entry in entries:
            pipeline.set(entry.key, entry.value, ex=entry.ttl_s)
        _raise_first(await pipeline.execute(raise_on_error=False))

    async def close(self) -> None:
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        await self._client.aclose()

    async def _started(self) -> None:
        """Learning who has which slots takes several round trips: it outlives a time-out."""
        if self._starting is None or (
            self._starting.done() and self._starting.exception() is not None
        ):
            self._starting = asyncio.create_task(self._initialize())
        await asyncio.shield(self._starting)

    async def _initialize(self) -> None:
        await self._client.initialize()


def _raise_first(replies: Sequence[Any]) -> None:
    errors = [reply for reply in replies if isinstance(reply, Exception)]
    for error in errors:
        if not isinstance(error, ResponseError) or isinstance(error, _ELSEWHERE):
            raise error
    if errors:
        raise RefusedError from errors[0]


async def _reply(connection: Any, shape: int) -> Any:
    """A list of `shape` values, b"OK" if it is 0, or the ResponseError of a refused command."""
    try:
        reply = await connection.read_response(disable_decoding=True)
    except ResponseError as refused:
        return refused
    if reply != b"OK" if shape == 0 else not isinstance(reply, list) or len(reply) != shape:
        raise InvalidResponse("a reply to some other command")
    return reply
