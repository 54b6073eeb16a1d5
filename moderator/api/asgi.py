"""Serves an ASGI application on a socket, with limits on connections, until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from moderator.api.connections import connection_class
from moderator.errors import SettingsError
from moderator.settings import Serve

_TICK_S = 0.02


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class AsgiServer:
    """Serves from `start` until `stop`; `address` is host:port."""

    def __init__(self, app: ASGIApp, serve: Serve, listening: socket.socket) -> None:
        """Limits and certificate are those of `serve`. Raises SettingsError if one is refused."""
        self._serve = serve
        self._socket = listening
        host, port = listening.getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._server = _Server(_config(app, serve))
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where it is reached on this machine."""
        return f"{'https' if self._serve.ssl_certfile else 'http'}://{self.address}"

    @property
    def started(self) -> bool:
        """Whether requests are taken."""
        return self._server.started

    async def start(self) -> None:
        """Take requests; returns once they are taken."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="http")
        while not self._server.started:
            if self._serving.done():
                self._serving.result()
            await asyncio.sleep(_TICK_S)

    async def stop(self) -> None:
        """Accept no more connections, finish open requests within `serve.drain_s`, return."""
        self._server.should_exit = True
        if self._serving is None:
            self._socket.close()
            return
        await asyncio.wait((self._serving,))
        self._serving.result()


def _config(app: ASGIApp, serve: Serve) -> uvicorn.Config:
    # Its warnings are of clients that do not speak HTTP: any of them could fill the log.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    config = uvicorn.Config(
        app,
        http=connection_class(serve.connections, serve.idle_s),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=max(1, int(serve.idle_s)),
        timeout_graceful_shutdown=max(1, int(serve.drain_s)),
        ssl_certfile=serve.ssl_certfile,
        ssl_keyfile=serve.ssl_keyfile,
        ssl_keyfile_password=serve.ssl_keyfile_password.get_secret_value() or None,
    )
    try:
        config.load()
    except OSError as error:
        keys = "serve.ssl_certfile, serve.ssl_keyfile"
        reason = error.strerror or error
        raise SettingsError(f"{keys}: {serve.ssl_certfile}: {reason}") from None
    return config
