"""Scores and verdicts in Redis, shared by all workers.

No failure of Redis fails a comment: if it is slow, down, full, restarted or sends garbage, that
is a counted miss, after the time-out at the latest, and a circuit breaker skips it while that
lasts. Every key has a TTL, and no value holds a comment's text or author.
Verdicts are JSON, for applications to look up; scores are sealed (`cache.sealed`).
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import TypeVar

import msgspec

from moderator.cache.address import servers
from moderator.cache.base import without_comment
from moderator.cache.breaker import Breaker
from moderator.cache.failure import CAUSES, cause_of
from moderator.cache.links import Entry, RefusedError, link
from moderator.cache.sealed import Sealer
from moderator.metrics import Metrics
from moderator.records import Scored, Verdict
from moderator.settings import Cache

SCORE_PREFIX = b"moderator:score:"
VERDICT_PREFIX = b"moderator:verdict:"
MAX_KEY_BYTES = 128

T = TypeVar("T")

_START_S = 5.0
_PROBES = (SCORE_PREFIX + b"start", SCORE_PREFIX + b"start2")
"""Keys that no text has, since those are hexadecimal; they lie in different slots of a cluster."""
_HASHED = b"sha256:"
_logger = logging.getLogger(__name__)


def verdict_key(comment_id: str) -> bytes:
    """The Redis key of a comment's verdict: `moderator:verdict:<comment id>`.

    An id over 128 bytes of UTF-8 becomes `sha256:<64 hexadecimal digits of its SHA-256>`.
    """
    data = comment_id.encode("utf-8", "surrogatepass")
    # An id that looks hashed is hashed too, or it could take another's place.
    if len(data) > MAX_KEY_BYTES or data.startswith(_HASHED):
        data = _HASHED + hashlib.sha256(data).hexdigest().encode()
    return VERDICT_PREFIX + data


class RedisCache:
    """A VerdictCache in Redis: one round trip to read a batch, one to write it.

    A batch waits `timeout_ms` at most, connecting included. Only an answer that does not come, is
    nonsense, or comes from the wrong server counts for the breaker; a refused command (Redis full,
    or forbidden by its ACL) came back at once, and is only counted. `labels` are those that scores
    may have. Raises SettingsError.
    """

    def __init__(
        self, settings: Cache, metrics: Metrics, labels: Collection[str] | None = None
    ) -> None:
        self._link = link(settings)
        self._timeout_s = settings.timeout_ms / 1000
        self._score_ttl_s = settings.score_ttl_s
        self._verdict_ttl_s = settings.verdict_ttl_s
        self._requests = metrics.cache_requests
        self._errors = metrics.cache_errors
        self._up = metrics.cache_up.labels("redis")
        self._up.set(1)
        self._failing = metrics.cache_failing
        self._cause = ""
        self._servers = servers(settings)
        self._breaker = Breaker(
            settings.breaker_failures, settings.breaker_open_s, self._circuit_changed
        )
        self._sealer = Sealer(settings.secret.get_secret_value(), labels)
        self._encode = msgspec.json.Encoder().encode
        self._verdict = msgspec.json.Decoder(Verdict)

    async def start(self) -> None:
        try:
            async with asyncio.timeout(_START_S):
                await self._link.get(_PROBES)
                await self._link.set([Entry(key, b"", 1) for key in _PROBES])
        except RefusedError as error:
            self._errors.labels("start").inc()
            _logger.error("Redis at %s refuses commands (%s)", self._servers, cause_of(error))
        except Exception as error:  # noqa: BLE001 - whatever a client raises, comments are judged
            self._errors.labels("start").inc()
            self._cause = cause_of(error)
            self._breaker.trip()

    async def get_many(self, keys: Sequence[str]) -> list[Scored | None]:
        if not keys:
            return []
        full = [SCORE_PREFIX + key.encode() for key in keys]
        values = await self._ask("get", self._link.get(full), look_ups=len(keys))
        if values is None:
            return [None] * len(keys)
        opened = [self._sealer.open(key, value) for key, value in zip(full, values, strict=True)]
        misses = opened.count(None)
        self._requests.labels("redis", "hit").inc(len(keys) - misses)
        self._requests.labels("redis", "miss").inc(misses)
        return opened

    async def set_many(self, scores: Mapping[str, Scored], verdicts: Sequence[Verdict]) -> None:
        if not scores and not verdicts:
            return
        entries = []
        for key, scored in scores.items():
            full = SCORE_PREFIX + key.encode()
            entries.append(Entry(full, self._sealer.seal(full, scored), self._score_ttl_s))
        for verdict in verdicts:
            value = self._encode(without_comment(verdict))
            entries.append(Entry(verdict_key(verdict.id), value, self._verdict_ttl_s))
        await self._ask("set", self._link.set(entries))

    async def get_verdict(self, comment_id: str) -> Verdict | None:
        values = await self._ask("get_verdict", self._link.get([verdict_key(comment_id)]))
        if not values or values[0] is None:
            return None
        try:
            verdict = self._verdict.decode(values[0])
        except (msgspec.DecodeError, ValueError, RecursionError):  # not what this version writes
            return None
        return verdict if verdict.id == comment_id else None

    async def close(self) -> None:
        await self._link.close()

    async def _ask(self, operation: str, round_trip: Awaitable[T], look_ups: int = 0) -> T | None:
        """What a round trip gives; None if Redis failed or refused.

        `look_ups` is what a failure counts as in the cache's requests.
        """
        if not self._breaker.allow():
            round_trip.close()  # type: ignore[attr-defined]
            self._requests.labels("redis", "open").inc(look_ups)
            return None
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await round_trip
        except RefusedError:
            self._breaker.succeeded()
            self._count_error(operation, look_ups)
            return None
        except Exception as error:  # noqa: BLE001 - whatever a client raises, no comment fails for it
            self._cause = cause_of(error)
            self._breaker.failed()
            self._count_error(operation, look_ups)
            return None
        except BaseException:
            self._breaker.abandoned()
            raise
        self._breaker.succeeded()
        return answer

    def _count_error(self, operation: str, look_ups: int) -> None:
        self._errors.labels(operation).inc()
        self._requests.labels("redis", "error").inc(look_ups)

    def _circuit_changed(self, closed: bool) -> None:
        self._up.set(1 if closed else 0)
        for cause in CAUSES:
            self._failing.labels(cause).set(int(not closed and cause == self._cause))
        if closed:
            _logger.warning("Redis at %s answers again", self._servers)
        else:
            _logger.error(
                "Redis at %s fails (%s): comments are judged without it, and it is tried again "
                "every few seconds; see `moderator doctor`", self._servers, self._cause,
            )  # fmt: skip
