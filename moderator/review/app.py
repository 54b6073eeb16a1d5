"""The ASGI application of the review page: static files for everybody, texts with a token only."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moderator import http
from moderator.api.access.tokens import Right
from moderator.api.endpoint import Endpoint
from moderator.api.own.problem import problem_response
from moderator.api.refusal import RefusalError
from moderator.http.dashboard import HEADERS
from moderator.http.hosts import is_allowed
from moderator.review.service import ReviewService

_OWN = Path(__file__).parent / "page"
_SHARED = Path(http.__file__).parent
_FILES = {
    "/": (_OWN / "page.html", "text/html"),
    "/house.css": (_SHARED / "dashboard.css", "text/css"),
    "/theme.js": (_SHARED / "theme.js", "text/javascript"),
    "/page.css": (_OWN / "page.css", "text/css"),
    "/page.js": (_OWN / "page.js", "text/javascript"),
    "/server.js": (_OWN / "server.js", "text/javascript"),
    "/show.js": (_OWN / "show.js", "text/javascript"),
    "/visible.js": (_OWN / "visible.js", "text/javascript"),
}


def build_app(service: ReviewService) -> ASGIApp:
    """The application over `service`."""
    handlers = {
        "/api/queue": ("GET", service.queue),
        "/api/log": ("GET", service.log),
        "/api/next": ("POST", service.next),
        "/api/decide": ("POST", service.decide),
        "/api/skip": ("POST", service.skip),
        "/api/undo": ("POST", service.undo),
        "/api/renew": ("POST", service.renew),
    }
    routes = []
    for path, (method, handler) in handlers.items():
        endpoint = Endpoint(service, path, handler, problem_response, right=Right.REVIEW)
        routes.append(Route(path, endpoint, methods=[method]))
    app = Starlette(
        routes=[*routes, *(_static(path, *file) for path, file in _FILES.items())],
        exception_handlers={HTTPException: _unrouted},
    )
    app.router.redirect_slashes = False
    return _Guard(app, service.settings.review.allowed_hosts)


def _static(path: str, file: Path, media_type: str) -> Route:
    body = file.read_bytes()

    def serve(_: Request) -> Response:
        return Response(body, media_type=media_type)

    return Route(path, serve, methods=["GET"])


def _unrouted(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem_response(RefusalError(status, "no_route", "nothing here: the page is at /"))


class _Guard:
    """Refuses foreign host names; lets browsers neither load from elsewhere nor keep texts."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        app = self._app
        host = dict(scope["headers"]).get(b"host")
        if not is_allowed(host.decode("latin-1") if host else None, self._hosts):
            text = "this host name is not in review.allowed_hosts\n"
            app = PlainTextResponse(text, status_code=421)
        await app(scope, receive, send_guarded)
