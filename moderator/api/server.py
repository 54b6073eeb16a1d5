"""The HTTP server of the API, for a process of its own and for the worker."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from moderator.api.access.listen import open_socket
from moderator.api.app import build_app
from moderator.api.connections import connection_class
from moderator.api.service import Service
from moderator.errors import SettingsError
from moderator.language.identifier import identify
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.settings import Serve, Settings

_TICK_S = 0.02
_SWITCH_S = 0.0005
"""How long a scoring thread may keep Python to itself: at 5 ms, the default, a request waits that
long for each of its turns."""


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class ApiServer:
    """Serves the API from `start` until `stop`; `address` is host:port once started.

    `listening` is a socket to serve on instead of `serve.host` and `serve.port`.
    """

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline,
        metrics: Metrics,
        *,
        listening: socket.socket | None = None,
        processes: int = 1,
    ) -> None:
        """Raises SettingsError if tokens, certificate or address are refused."""
        self._service = Service(settings, pipeline, metrics, processes=processes)
        self._serve = settings.serve
        self._socket = listening or open_socket(settings.serve, insecure=False)
        host, port = self._socket.getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._server = _Server(_config(settings.serve, self._service))
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def url(self) -> str:
        """Where it is reached on this machine."""
        return f"{'https' if self._serve.ssl_certfile else 'http'}://{self.address}"

    def unready(self) -> str | None:
        """Why the server is not ready, or None."""
        if self._service.draining:
            return "draining"
        return None if self._server.started else "starting"

    async def start(self) -> None:
        """Take requests; returns once they are taken."""
        sys.setswitchinterval(_SWITCH_S)
        # Loaded when first needed, it would keep every request waiting for a second.
        identify("")
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]), name="api")
        self._tasks = [serving, self._service.start()]
        while not self._server.started:
            if serving.done():
                serving.result()
            await asyncio.sleep(_TICK_S)

    async def stop(self) -> None:
        """Accept no more connections, finish open requests within `serve.drain_s`, return."""
        self._service.draining = True
        self._server.should_exit = True
        if not self._tasks:
            self._socket.close()
            return
        serving, judging = self._tasks
        await asyncio.wait((serving,))
        judging.cancel()
        await asyncio.gather(judging, return_exceptions=True)
        await self._service.feedback.close()
        serving.result()


def _config(serve: Serve, service: Service) -> uvicorn.Config:
    # Its warnings are of clients that do not speak HTTP: any of them could fill the log.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    config = uvicorn.Config(
        build_app(service),
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
