"""Connections: idle ones are closed after a while, the longest idle first if there are too many.

uvicorn times connections out between two requests only; one that never sends anything would stay
for ever.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class IdleConnections:
    """The connections that wait for a request, the longest idle first."""

    def __init__(self, limit: int, idle_s: float) -> None:
        self.limit = limit
        self.idle_s = idle_s
        self._idle: OrderedDict[Connection, None] = OrderedDict()

    def is_idle(self, connection: Connection) -> None:
        """Mark the connection as idle."""
        self._idle[connection] = None
        self._idle.move_to_end(connection)

    def is_busy(self, connection: Connection) -> None:
        """The connection is no longer idle: it has a request, or is closed."""
        self._idle.pop(connection, None)

    def make_room(self, connected: int) -> None:
        """Close the one that is idle for longest if there are more than `limit`."""
        if connected > self.limit and self._idle:
            oldest, _ = self._idle.popitem(last=False)
            oldest.transport.close()


class Connection(HttpToolsProtocol):
    """uvicorn's, with a time limit from the first byte awaited to the last header."""

    def __init__(self, *given: Any, book: IdleConnections, **more: Any) -> None:
        super().__init__(*given, **more)
        self._book = book
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        self._book.make_room(len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle is None or self.cycle.response_complete:
            self._wait()

    def _wait(self) -> None:
        if self.transport.is_closing():
            return
        self._book.is_idle(self)
        self._timer = self.loop.call_later(self._book.idle_s, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        self._book.is_busy(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def connection_class(limit: int, idle_s: float) -> Any:
    """A factory of uvicorn protocols, one per connection, that share one `limit`."""
    return partial(Connection, book=IdleConnections(limit, idle_s))
