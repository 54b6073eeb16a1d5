"""The HTTP server of the API, for a process of its own and for the worker."""

from __future__ import annotations

import asyncio
import socket
import sys

from moderator.api.access.listen import open_socket
from moderator.api.app import build_app
from moderator.api.asgi import AsgiServer
from moderator.api.service import Service
from moderator.language.identifier import identify
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.settings import Settings

_SWITCH_S = 0.0005
"""How long a scoring thread may hold the interpreter lock: with the default, 5 ms, a request waits
that long each time it needs to run."""


class ApiServer:
    """Serves the API from `start` until `stop`; `address` is host:port.

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
        listening = listening or open_socket(settings.serve, insecure=False)
        self._server = AsgiServer(build_app(self._service), settings.serve, listening)
        self.address = self._server.address
        self.url = self._server.url
        self._judging: asyncio.Task[None] | None = None

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
        self._judging = self._service.start()
        await self._server.start()

    async def stop(self) -> None:
        """Accept no more connections, finish open requests within `serve.drain_s`, return."""
        self._service.draining = True
        try:
            await self._server.stop()
        finally:
            if self._judging is not None:
                self._judging.cancel()
                await asyncio.gather(self._judging, return_exceptions=True)
                await self._service.feedback.close()
