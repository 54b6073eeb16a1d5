"""The built-in page on the health port: the worker's figures, for those who have no Grafana yet.

Static files, the runbook and nothing from elsewhere; the browser reads the figures of now from
`/metrics`, those of the last ten minutes from `/recent`.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from aiohttp import web

from moderator.http.runbook import runbook
from moderator.monitor.recent import Recent

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

_FILES = {
    "/": ("dashboard.html", "text/html"),
    "/dashboard.css": ("dashboard.css", "text/css"),
    "/dashboard.js": ("dashboard.js", "text/javascript"),
    "/charts.js": ("charts.js", "text/javascript"),
    "/metrics.js": ("metrics.js", "text/javascript"),
    "/theme.js": ("theme.js", "text/javascript"),
}


def routes(recent: Recent) -> list[web.RouteDef]:
    """What the health server adds to serve the page at `/`."""
    folder = Path(__file__).parent
    pages = {
        path: _Page((folder / name).read_bytes(), kind) for path, (name, kind) in _FILES.items()
    }
    pages["/runbook"] = _Page(runbook().encode(), "text/html")

    async def course(_: web.Request) -> web.Response:
        body = msgspec.json.encode(recent.course())
        return web.Response(body=body, content_type="application/json", headers=HEADERS)

    return [
        *(web.get(path, page.serve) for path, page in pages.items()),
        web.get("/recent", course),
    ]


class _Page:
    def __init__(self, body: bytes, content_type: str) -> None:
        self._body = body
        self._content_type = content_type

    async def serve(self, _: web.Request) -> web.Response:
        return web.Response(
            body=self._body, content_type=self._content_type, charset="utf-8", headers=HEADERS
        )
