"""Why Redis cannot be used: an exception of its client as one of a few words."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from redis import exceptions as redis

CAUSES = (
    "authentication", "permission", "tls", "timeout", "wrong_server", "refused", "protocol",
    "loading", "connection", "other",
)  # fmt: skip

_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (ssl.SSLError, "tls"),
    ((redis.AuthenticationError, redis.AuthorizationError), "authentication"),
    (redis.NoPermissionError, "permission"),
    (
        (redis.ReadOnlyError, redis.MovedError, redis.MasterDownError, redis.ClusterDownError),
        "wrong_server",
    ),
    ((redis.TimeoutError, TimeoutError), "timeout"),
    (redis.InvalidResponse, "protocol"),
    (redis.BusyLoadingError, "loading"),
    ((redis.ConnectionError, redis.RedisClusterException, OSError), "connection"),
    (redis.ResponseError, "refused"),
)


def cause_of(error: BaseException) -> str:
    """One of `CAUSES`: the most specific of the exception and its causes."""
    chain = list(_chain(error))
    for kinds, cause in _KINDS:
        if any(isinstance(one, kinds) for one in chain):
            return cause
    return "other"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(8):  # clients wrap two or three times
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
