"""One HTTP port: /metrics, /healthz (the process is alive), /readyz (it takes comments), a page."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from moderator.errors import SettingsError
from moderator.http import dashboard
from moderator.settings import Http

Exposition = Callable[[], tuple[bytes, str]]
"""The metrics and their content type."""

Readiness = Callable[[], str | None]
"""Why the process is not ready, or None when it is."""


class HealthServer:
    """Serves until `stop`; `address` is host:port once started."""

    def __init__(self, http: Http, exposition: Exposition, unready: Readiness) -> None:
        self._http = http
        self._exposition = exposition
        self._unready = unready
        self.address = ""
        application = web.Application()
        application.add_routes(
            [
                web.get("/metrics", self._metrics),
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                *dashboard.routes(),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self) -> None:
        """Open the port. Raises SettingsError where it is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._http.host, self._http.port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(
                f"http.port: {self._http.host}:{self._http.port} cannot be opened "
                f"({error.strerror}): set another, or 0 for a free one"
            ) from None
        host, port = self._runner.addresses[0][:2]
        self.address = f"{host}:{port}"

    async def stop(self) -> None:
        """Close the port."""
        await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        body, content_type = self._exposition()
        return web.Response(body=body, headers={"Content-Type": content_type})

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        reason = self._unready()
        return web.Response(text=f"{reason or 'ready'}\n", status=503 if reason else 200)
