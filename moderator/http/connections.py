"""Bounds what clients can do to the HTTP port: how many connections, and how long for a request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

MAX_CONNECTIONS = 128
REQUEST_S = 10.0
"""A request must be complete, and its answer begun, within this time."""


class BoundedConnections:
    """Open connections, oldest first. One too many ends the oldest: probes always get through."""

    def __init__(
        self,
        *,
        max_connections: int = MAX_CONNECTIONS,
        request_s: float = REQUEST_S,
        refused: Callable[[str], None] = lambda reason: None,
    ) -> None:
        self._max = max_connections
        self._request_s = request_s
        self._refused = refused
        self._open: dict[asyncio.BaseTransport, _Connection] = {}

    def __len__(self) -> int:
        return len(self._open)

    def wrap(self, make: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """A factory of protocols like `make`'s, whose connections are bounded."""
        return lambda: _Connection(make(), self)

    def answered(self, transport: asyncio.BaseTransport | None) -> None:
        """The connection's request is answered: it may now be idle until the next one."""
        if transport is not None and (connection := self._open.get(transport)):
            connection.stop_timer()

    def opened(self, transport: asyncio.Transport, connection: _Connection) -> None:
        """A connection was opened."""
        if len(self._open) >= self._max:
            oldest = next(iter(self._open))
            self._open.pop(oldest).end()
            self._refused("too_many")
        self._open[transport] = connection

    def closed(self, transport: asyncio.BaseTransport) -> None:
        """A connection was closed."""
        self._open.pop(transport, None)

    def too_slow(self) -> None:
        """A connection was ended because its request did not arrive in time."""
        self._refused("too_slow")

    @property
    def request_s(self) -> float:
        """Seconds that a request may take to arrive."""
        return self._request_s


class _Connection(asyncio.Protocol):
    """Passes everything on to aiohttp's protocol, and ends the connection if a request is late."""

    def __init__(self, inner: Any, connections: BoundedConnections) -> None:
        self._inner = inner
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._connections.opened(transport, self)
        self._start_timer()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._start_timer()
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        ended: bool | None = self._inner.eof_received()
        return ended

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_timer()
        if self._transport is not None:
            self._connections.closed(self._transport)
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()

    def stop_timer(self) -> None:
        """Nothing is awaited from the client now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """Close the connection without waiting for anything."""
        self.stop_timer()
        if self._transport is not None:
            self._transport.abort()

    def _start_timer(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._connections.request_s, self._late)

    def _late(self) -> None:
        self._connections.too_slow()
        self.end()
