"""Connections: idle ones are closed, heads are bounded, offers of other protocols are passed over.

uvicorn limits the time between two requests only, takes heads of any length, and loses the body of
a request that offers HTTP/2, as Java's client does with every first one.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from functools import partial
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from moderator.api.own.problem import problem_response
from moderator.api.refusal import RefusalError

MAX_HEAD_BYTES = 65_536
"""Limit of request line and headers; what arrives with the first bytes is not counted."""

_OF_UPGRADE = (b"upgrade", b"http2-settings", b"connection")


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
    """uvicorn's, with limits of time and size from the first byte awaited to the last header."""

    def __init__(self, *given: Any, book: IdleConnections, **more: Any) -> None:
        super().__init__(*given, **more)
        self._book = book
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        self._book.make_room(len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._moves()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay_with_http1(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(RefusalError(400, "not_http", "this is not an HTTP/1.1 request"))
        else:
            if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
                detail = f"request line and headers are over {MAX_HEAD_BYTES} bytes"
                self._refuse(RefusalError(431, "head_too_large", detail))

    def on_message_begin(self) -> None:
        self._in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        if not self.parser.should_upgrade():
            self._stop_waiting()
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def _stay_with_http1(self, body: bytes) -> None:
        """Read the request once more without its offer; after it the parser passes over bodies."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(RefusalError(400, "not_http", "this is not a proxy"))
            return
        closes = any(name == b"connection" and b"close" in value for name, value in self.headers)
        kept = [(name, value) for name, value in self.headers if name not in _OF_UPGRADE]
        kept += [(b"connection", b"close")] if closes else []
        lines = [b"%b %b HTTP/1.1" % (method, self.url), *(b"%b: %b" % header for header in kept)]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"\r\n".join((*lines, b"", body)))

    def _refuse(self, refusal: RefusalError) -> None:
        """Answer what did not become a request, and close."""
        response = problem_response(refusal)
        headers = [*response.raw_headers, (b"connection", b"close")]
        lines = (b"%b: %b\r\n" % header for header in headers)
        head = b"".join((STATUS_LINE[refusal.status], *lines, b"\r\n"))
        self.transport.write(head + bytes(response.body))
        self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle is None or self.cycle.response_complete:
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        self._moves()
        super().resume_writing()

    def _watch(self, unsent: float = math.inf) -> None:
        """Close the connection if its client takes nothing of the answer for `idle_s`."""
        left = self.transport.get_write_buffer_size()
        if left >= unsent:
            self.transport.abort()
        else:
            self._stalled = self.loop.call_later(self._book.idle_s, self._watch, left)

    def _moves(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

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
