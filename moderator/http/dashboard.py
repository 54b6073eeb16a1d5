"""The built-in page on the health port: the worker's figures, for those who have no Grafana yet.

Three static files and nothing from elsewhere; the browser reads the figures from `/metrics`.
"""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

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
}


def routes() -> list[web.RouteDef]:
    """What the health server adds to serve the page at `/`."""
    return [web.get(path, _Asset(*file).serve) for path, file in _FILES.items()]


class _Asset:
    def __init__(self, name: str, content_type: str) -> None:
        self._body = (Path(__file__).parent / name).read_bytes()
        self._content_type = content_type

    async def serve(self, _: web.Request) -> web.Response:
        return web.Response(
            body=self._body, content_type=self._content_type, charset="utf-8", headers=HEADERS
        )
