"""Scores and verdicts in Redis, shared by all workers.

Nothing that Redis does is an error for a comment: a Redis that is slow, down, full, restarted or
talking nonsense is a counted miss, after the time-out at the latest, and a circuit breaker leaves
it alone while it stays so. Values are JSON, every key has a TTL, and neither holds a comment's
text or author.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import InvalidResponse, RedisError, ResponseError

from moderator.cache.base import without_comment
from moderator.cache.breaker import Breaker
from moderator.cache.resp import pack, pack_sets
from moderator.errors import SettingsError
from moderator.metrics import Metrics
from moderator.records import Scored, Verdict
from moderator.settings import Cache

SCORE_PREFIX = b"moderator:score:"
VERDICT_PREFIX = b"moderator:verdict:"
MAX_ID_BYTES = 128
CONNECTIONS = 4

T = TypeVar("T")

_HASHED = b"sha256:"
_FAILURES = (RedisError, OSError, TimeoutError)
_logger = logging.getLogger(__name__)


def verdict_key(comment_id: str) -> bytes:
    """The Redis key of a comment's verdict: `moderator:verdict:<comment id>`.

    An id over 128 bytes of UTF-8 stands as `sha256:<64 hexadecimal digits of its SHA-256>`.
    """
    data = comment_id.encode("utf-8", "surrogatepass")
    # An id that looks hashed is hashed too, or it could take another's place.
    if len(data) > MAX_ID_BYTES or data.startswith(_HASHED):
        data = _HASHED + hashlib.sha256(data).hexdigest().encode()
    return VERDICT_PREFIX + data


class RedisCache:
    """A VerdictCache in Redis: one MGET to read a batch, one pipeline to write it.

    A batch waits at most `timeout_ms`, connecting included. Only an answer that does not come,
    or is none, counts for the breaker; a refused command (Redis full, read-only, forbidden by its
    ACL) came back at once, and is only counted.
    """

    def __init__(self, settings: Cache, metrics: Metrics) -> None:
        self._pool = connection_pool(settings)
        self._timeout_s = settings.timeout_ms / 1000
        self._score_ttl_s = settings.score_ttl_s
        self._verdict_ttl_s = settings.verdict_ttl_s
        self._requests = metrics.cache_requests
        self._errors = metrics.cache_errors
        self._up = metrics.cache_up.labels("redis")
        self._up.set(1)
        self._breaker = Breaker(
            settings.breaker_failures, settings.breaker_open_s, self._circuit_changed
        )
        self._encode = msgspec.json.Encoder().encode
        self._scored = msgspec.json.Decoder(Scored)
        self._verdict = msgspec.json.Decoder(Verdict)

    async def get_many(self, keys: Sequence[str]) -> list[Scored | None]:
        if not keys:
            return []
        command = pack(b"MGET", *[SCORE_PREFIX + key.encode() for key in keys])
        replies = await self._ask("get", command, [len(keys)], look_ups=len(keys))
        if not replies:
            return [None] * len(keys)
        found = [_decoded(self._scored, value) for value in replies[0]]
        misses = found.count(None)
        self._requests.labels("redis", "hit").inc(len(keys) - misses)
        self._requests.labels("redis", "miss").inc(misses)
        return found

    async def set_many(self, scores: Mapping[str, Scored], verdicts: Sequence[Verdict]) -> None:
        if not scores and not verdicts:
            return
        encode = self._encode
        commands = pack_sets(
            [(SCORE_PREFIX + key.encode(), encode(scored)) for key, scored in scores.items()],
            self._score_ttl_s,
        ) + pack_sets(
            [(verdict_key(verdict.id), encode(without_comment(verdict))) for verdict in verdicts],
            self._verdict_ttl_s,
        )
        await self._ask("set", commands, [0] * (len(scores) + len(verdicts)))

    async def get_verdict(self, comment_id: str) -> Verdict | None:
        replies = await self._ask("get_verdict", pack(b"MGET", verdict_key(comment_id)), [1])
        return _decoded(self._verdict, replies[0][0]) if replies else None

    async def close(self) -> None:
        await self._pool.aclose()

    async def _ask(
        self, operation: str, commands: bytes, shapes: Sequence[int], look_ups: int = 0
    ) -> list[Any]:
        """The replies to packed commands; None if Redis failed or refused any of them.

        `shapes` gives each reply's number of values, or 0 for an OK. `look_ups` is what a failure
        counts as in the cache's requests.
        """
        if not self._breaker.allow():
            self._requests.labels("redis", "open").inc(look_ups)
            return []
        try:
            async with asyncio.timeout(self._timeout_s):
                replies = await self._round_trip(commands, shapes)
        except _FAILURES:
            self._breaker.failed()
            self._count_error(operation, look_ups)
            return []
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        if any(isinstance(reply, ResponseError) for reply in replies):
            self._count_error(operation, look_ups)
            return []
        return replies

    async def _round_trip(self, commands: bytes, shapes: Sequence[int]) -> list[Any]:
        connection = await self._pool.get_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.send_packed_command([commands], check_health=False)
            return [await _reply(connection, shape) for shape in shapes]
        except BaseException:
            # Replies may still be under way: nobody else may read them as their own.
            await connection.disconnect(nowait=True)
            raise
        finally:
            await self._pool.release(connection)

    def _count_error(self, operation: str, look_ups: int) -> None:
        self._errors.labels(operation).inc()
        self._requests.labels("redis", "error").inc(look_ups)

    def _circuit_changed(self, closed: bool) -> None:
        self._up.set(1 if closed else 0)
        _logger.warning("Redis answers again" if closed else "Redis fails: left alone for a while")


async def _reply(connection: Any, shape: int) -> Any:
    """A list of `shape` values, b"OK" if it is 0, or the ResponseError of a refused command."""
    try:
        reply = await connection.read_response(disable_decoding=True)
    except ResponseError as refused:
        return refused
    if reply != b"OK" if shape == 0 else not isinstance(reply, list) or len(reply) != shape:
        raise InvalidResponse("a reply to some other command")
    return reply


def _decoded(decoder: msgspec.json.Decoder[T], value: object) -> T | None:
    """The decoded value; None if there is none, or if another version wrote it."""
    if not isinstance(value, bytes):
        return None
    try:
        return decoder.decode(value)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, not these fields; nested too deep
        return None


def connection_pool(settings: Cache) -> BlockingConnectionPool:
    """The connections the settings describe. Raises SettingsError, which never holds the address:
    it may hold a password."""
    url = settings.url.get_secret_value()
    options: dict[str, Any] = {}
    if settings.ssl_cafile is not None:
        if not url.startswith("rediss://"):
            raise SettingsError("`cache.ssl_cafile` needs a `cache.url` with rediss://")
        options["ssl_ca_certs"] = str(settings.ssl_cafile)
    try:
        return BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            # One time-out spans the whole round trip instead.
            socket_timeout=None,
            socket_connect_timeout=None,
            **options,
        )
    except ValueError:
        raise SettingsError(
            "`cache.url` is not a Redis address: redis://[user:password@]host:port/database, "
            "rediss://… for TLS, or unix:///path"
        ) from None
