"""One HTTP port: /metrics, /healthz (the process is alive), /readyz (it takes comments), a page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from time import monotonic

import aiohttp.web_response
from aiohttp import web

from moderator.errors import SettingsError
from moderator.http import dashboard
from moderator.http.connections import REQUEST_S, BoundedConnections
from moderator.http.hosts import is_allowed
from moderator.monitor.recent import EVERY_S, Recent
from moderator.settings import Http

Exposition = Callable[[], tuple[bytes, str]]
"""The metrics and their content type."""

Readiness = Callable[[], str | None]
"""Why the process is not ready, or None when it is."""

_log = logging.getLogger(__name__)

_REPORT_EVERY_S = 60.0
_KEEP_ALIVE_S = 75.0

# aiohttp names its own version and Python's, also when no hook of an application is called.
aiohttp.web_response.SERVER_SOFTWARE = "moderator"  # type: ignore[attr-defined]


class HealthServer:
    """Serves until `stop`; `address` is host:port once started.

    What clients do wrong is counted and logged as one line a minute, without a byte of theirs.
    """

    def __init__(
        self,
        http: Http,
        exposition: Exposition,
        unready: Readiness,
        *,
        request_s: float = REQUEST_S,
        sample_s: float = EVERY_S,
    ) -> None:
        self._recent = Recent(exposition, every_s=sample_s)
        self._sampling: asyncio.Task[None] | None = None
        self._http = http
        self._exposition = exposition
        self._unready = unready
        self.address = ""
        self.refused: dict[str, int] = {}
        """How many requests or connections were refused, by reason."""
        self._reported = 0
        self._reported_at = -_REPORT_EVERY_S
        self._connections = BoundedConnections(request_s=request_s, refused=self._refuse)
        application = web.Application(middlewares=[self._check_host])
        application.on_response_prepare.append(self._answered)
        application.add_routes(
            [
                web.get("/metrics", self._metrics),
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                *dashboard.routes(self._recent),
            ]
        )
        quiet = logging.Logger("moderator.http.requests")
        quiet.addHandler(_Counting(self._refuse))
        self._runner = web.AppRunner(
            application, access_log=None, logger=quiet, keepalive_timeout=_KEEP_ALIVE_S
        )
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Open the port. Raises SettingsError if it is taken."""
        await self._runner.setup()
        server = self._runner.server
        if server is None:
            raise RuntimeError("aiohttp made no server")
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                self._connections.wrap(server), self._http.host, self._http.port
            )
        except OSError as error:
            raise SettingsError(
                f"http.port: {self._http.host}:{self._http.port} cannot be opened "
                f"({error.strerror}): set another, or 0 for a free one"
            ) from None
        self._sampling = asyncio.create_task(self._recent.run())
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def stop(self) -> None:
        """Close the port."""
        if self._sampling is not None:
            self._sampling.cancel()
            await asyncio.gather(self._sampling, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        body, content_type = self._exposition()
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        reason = self._unready()
        return web.Response(text=f"{reason or 'ready'}\n", status=503 if reason else 200)

    @web.middleware
    async def _check_host(
        self, request: web.Request, handler: Callable[[web.Request], object]
    ) -> web.StreamResponse:
        if not is_allowed(request.headers.get("Host"), self._http.allowed_hosts):
            self._refuse("host")
            return web.Response(status=421, text="this host name is not in http.allowed_hosts\n")
        response: web.StreamResponse = await handler(request)  # type: ignore[misc]
        return response

    async def _answered(self, request: web.Request, _: web.StreamResponse) -> None:
        self._connections.answered(request.transport)

    def _refuse(self, reason: str) -> None:
        self.refused[reason] = self.refused.get(reason, 0) + 1
        now = monotonic()
        if now - self._reported_at >= _REPORT_EVERY_S:
            total = sum(self.refused.values())
            reasons = ", ".join(f"{name} {count}" for name, count in self.refused.items())
            _log.warning("http port: refused %d since the last report (%s in all)",
                         total - self._reported, reasons)  # fmt: skip
            self._reported, self._reported_at = total, now


class _Counting(logging.Handler):
    """Counts what aiohttp would log with a traceback and the client's bytes."""

    def __init__(self, refuse: Callable[[str], None]) -> None:
        super().__init__()
        self._refuse_request = refuse

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        is_ours = (
            error is not None
            and not isinstance(error, web.HTTPException)
            and (type(error).__module__.partition(".")[0] != "aiohttp")
        )
        if is_ours:
            _log.error("http port: a page failed (%s)", type(error).__name__)
        else:
            self._refuse_request("malformed")
