"""Lets requests in: by token, if there is a file of them, and up to each token's rate."""

from __future__ import annotations

import logging
from collections.abc import Callable
from math import ceil
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple
from urllib.parse import parse_qs

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from moderator.api.access.tokens import AccessTokens, Right
from moderator.api.body import Headers
from moderator.api.refusal import RefusalError
from moderator.errors import SettingsError

_LOOK_S = 1.0
_MAX_QUERY_BYTES = 8_192
_IN_QUERY = ("key", "access_token")
_log = logging.getLogger(__name__)


class Caller(NamedTuple):
    """The sender of a request: its token's name (empty without tokens), community, rate, rights."""

    name: str
    community: str | None = None
    rate: RateLimitItem | None = None
    may: frozenset[Right] = frozenset({Right.MODERATE})


class Gate:
    """Checks tokens and counts against rates; a token file that changes is read again.

    Rates are counted in this process: of `processes` that share a port, each has its part.
    """

    def __init__(
        self,
        tokens: Path | None,
        rate: str,
        processes: int = 1,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Raises SettingsError if the file is refused."""
        self._path = tokens
        self._rate = rate
        self._processes = processes
        self._clock = clock
        self._looked_at = clock()
        self._changed_at = _changed_at(tokens)
        self._tokens = AccessTokens.load(tokens) if tokens else None
        self._callers: dict[str, Caller] = {}
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self.anyone = Caller("", None, self._item(rate))

    def admit(self, headers: Headers, query: bytes, right: Right = Right.MODERATE) -> Caller:
        """The caller of a request that takes this right; without a file of tokens, anybody has only
        the right to moderate.

        Raises RefusalError: 401 `no_token` or `unknown_token`, 403 `no_right`.
        """
        caller = self._caller(headers, query)
        if right not in caller.may:
            asks = "" if self._path else ", with serve.tokens set"
            raise RefusalError(
                403,
                "no_right",
                f"this takes a token with the right to {right}: "
                f"`moderator serve token new NAME --may {right}`{asks}",
            )
        return caller

    def _caller(self, headers: Headers, query: bytes) -> Caller:
        if self._path is None or self._tokens is None:
            return self.anyone
        now = self._clock()
        if now - self._looked_at > _LOOK_S:
            self._looked_at = now
            self._read_again(self._path)
        given = token_of(headers, query)
        if not given:
            detail = "send a token: `Authorization: Bearer TOKEN`, or ?key=TOKEN"
            raise RefusalError(401, "no_token", detail)
        known = self._tokens.find(given)
        if known is None:
            raise RefusalError(401, "unknown_token", "the token is not valid")
        name, token = known
        caller = self._callers.get(name)
        if caller is None:
            rate = self._item(token.rate or self._rate)
            caller = self._callers[name] = Caller(name, token.community, rate, token.may)
        return caller

    def charge(self, caller: Caller, comments: int) -> None:
        """Count comments against the caller's rate. Raises RefusalError 429."""
        rate = caller.rate
        if rate is None or not comments or self._limiter.hit(rate, caller.name, cost=comments):
            return
        each = f" in each of {self._processes} processes" if self._processes > 1 else ""
        per = f"{rate.amount} comments a {rate.GRANULARITY.name}{each}"
        if comments > rate.amount:
            detail = f"{comments} comments at once are over this token's rate, {per}: send fewer"
            raise RefusalError(429, "rate_limited", detail)
        reset = self._limiter.get_window_stats(rate, caller.name).reset_time
        raise RefusalError(
            429,
            "rate_limited",
            f"over this token's rate, {per}",
            retry_after_s=max(1, ceil(reset - time())),
        )

    def _item(self, rate: str) -> RateLimitItem | None:
        if not rate:
            return None
        number, _, period = rate.partition("/")
        return parse(f"{max(1, int(number) // self._processes)}/{period}")

    def _read_again(self, path: Path) -> None:
        changed_at = _changed_at(path)
        if changed_at == self._changed_at:
            return
        self._changed_at = changed_at
        try:
            self._tokens = AccessTokens.load(path)
        except SettingsError as error:
            _log.error("the tokens stay as they were: %s", error)
            return
        self._callers.clear()
        _log.info("tokens read again from %s", path)


def token_of(headers: Headers, query: bytes) -> str:
    """The token of a request, from any of the places clients put it; empty without one."""
    header = headers.get(b"authorization", b"").decode("latin-1")
    scheme, _, given = header.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if key := headers.get(b"x-goog-api-key"):
        return key.decode("latin-1")
    if query and len(query) <= _MAX_QUERY_BYTES:
        fields = parse_qs(query.decode("latin-1"))
        return next((fields[name][0] for name in _IN_QUERY if name in fields), "")
    return ""


def _changed_at(path: Path | None) -> int:
    try:
        return path.stat().st_mtime_ns if path else 0
    except OSError:
        return -1
