"""Parses `cache.url`: one Redis, a Redis watched by Sentinel, or a Redis Cluster."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from redis.asyncio import BlockingConnectionPool, RedisCluster, Sentinel
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff

from moderator.errors import SettingsError
from moderator.settings import Cache

CONNECTIONS = 4
SENTINEL_PORT = 26_379

_FORMS = (
    "redis://[user:password@]host:port/database, rediss://… for TLS, unix:///path, or "
    "redis+sentinel://[user:password@]host:port,host:port/service[/database]"
)


def connection_pool(settings: Cache) -> ConnectionPool:
    """The connections to one Redis, or to the one that Sentinel calls the master.

    Raises SettingsError, which never holds the address: it may hold a password.
    """
    url = settings.url.get_secret_value()
    try:
        if urlsplit(url).scheme.endswith("+sentinel"):
            return _sentinel_pool(urlsplit(url), settings)
        pool = BlockingConnectionPool.from_url(
            url, max_connections=CONNECTIONS, **_options(settings), **_tls(settings)
        )
        # Connects to nothing; refuses options that do not exist.
        pool.make_connection()  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        raise _bad_address() from None
    return pool


def servers(settings: Cache) -> str:
    """Host and port of the servers that the address names, without user and password: for logs."""
    parts = urlsplit(settings.url.get_secret_value())
    return parts.netloc.rpartition("@")[2] or parts.path


def cluster_client(settings: Cache) -> RedisCluster:
    """A client of the cluster that the address is one node of. Raises SettingsError."""
    url = settings.url.get_secret_value()
    if urlsplit(url).scheme not in ("redis", "rediss") or _path(urlsplit(url)) not in ([], ["0"]):
        raise SettingsError(
            "`cache.cluster` needs a `cache.url` of one node: redis://[user:password@]host:port"
        )
    try:
        return RedisCluster.from_url(url, **_options(settings), **_tls(settings))
    except (ValueError, TypeError):
        raise _bad_address() from None


def _sentinel_pool(url: SplitResult, settings: Cache) -> SentinelConnectionPool:
    access, _, hosts = url.netloc.rpartition("@")
    user, _, password = (unquote(part) for part in access.partition(":"))
    service, *database = _path(url)
    own = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
    options = {**_options(settings), **_tls(settings), "ssl": url.scheme.startswith("rediss")}
    if unknown := own.keys() - {"sentinel_username", "sentinel_password"}:
        raise ValueError(unknown)
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_host(part) for part in hosts.split(",")],
        sentinel_kwargs={**options, **{k.removeprefix("sentinel_"): v for k, v in own.items()}},
    )
    client = sentinel.master_for(
        service,
        db=int("".join(database) or 0),
        username=user or None,
        password=password or None,
        **options,
    )
    pool = client.connection_pool
    if not isinstance(pool, SentinelConnectionPool):
        raise TypeError(type(pool))
    return pool


def _options(settings: Cache) -> dict[str, Any]:
    return {
        "protocol": 2,
        "retry": Retry(NoBackoff(), 0),
        # One time-out spans the whole round trip instead.
        "socket_timeout": None,
        "socket_connect_timeout": None,
    }


def _tls(settings: Cache) -> dict[str, Any]:
    if not settings.url.get_secret_value().startswith("rediss"):
        if settings.ssl_cafile is not None:
            raise SettingsError("`cache.ssl_cafile` needs a `cache.url` with rediss://")
        return {}
    # Not checked by default in redis-py 5: any certificate of the authority would do.
    tls: dict[str, Any] = {"ssl_check_hostname": True}
    if settings.ssl_cafile is not None:
        tls["ssl_ca_certs"] = str(settings.ssl_cafile)
    return tls


def _host(part: str) -> tuple[str, int]:
    url = urlsplit(f"//{part}")
    if not url.hostname:
        raise ValueError(part)
    return url.hostname, url.port or SENTINEL_PORT


def _path(url: SplitResult) -> list[str]:
    return [unquote(part) for part in url.path.split("/") if part]


def _bad_address() -> SettingsError:
    return SettingsError(f"`cache.url` is not the address of a Redis: {_FORMS}")
