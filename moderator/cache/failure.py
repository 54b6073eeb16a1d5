"""Why Redis cannot be used: an exception of its client as one of a few words."""

from __future__ import annotations

import ssl

from redis import exceptions as redis

from moderator.errors import cause_among

CAUSES = (
    "authentication", "permission", "tls", "timeout", "wrong_server", "refused", "protocol",
    "loading", "connection", "other",
)  # fmt: skip

_KINDS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ssl.SSLError,), "tls"),
    ((redis.AuthenticationError, redis.AuthorizationError), "authentication"),
    ((redis.NoPermissionError,), "permission"),
    (
        (redis.ReadOnlyError, redis.MovedError, redis.MasterDownError, redis.ClusterDownError),
        "wrong_server",
    ),
    ((redis.TimeoutError, TimeoutError), "timeout"),
    ((redis.InvalidResponse,), "protocol"),
    ((redis.BusyLoadingError,), "loading"),
    ((redis.ConnectionError, redis.RedisClusterException, OSError), "connection"),
    ((redis.ResponseError,), "refused"),
)


def cause_of(error: BaseException) -> str:
    """One of `CAUSES`: the most specific of the exception and its causes."""
    return cause_among(_KINDS, error)
