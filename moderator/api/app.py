"""The ASGI application: every route of every API."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from moderator.api.docs.routes import docs_routes
from moderator.api.openai import routes as openai
from moderator.api.operation import Api
from moderator.api.own import routes as own
from moderator.api.perspective import routes as perspective
from moderator.api.refusal import RefusalError
from moderator.api.service import Service

_APIS: tuple[tuple[str, Api], ...] = (
    ("/v1alpha1/", perspective.PERSPECTIVE),
    ("/$discovery/", perspective.PERSPECTIVE),
    ("/batch", perspective.PERSPECTIVE),
    ("/v1/moderations", openai.OPENAI),
    ("/", own.OWN),
)
"""Beginning of the path → the API in whose form a request there is refused; the first counts."""


def build_app(service: Service) -> Starlette:
    """The application over `service`, whose batcher must run while it serves."""
    origins = service.settings.serve.cors_origins
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],  # OpenAI's client sends a dozen of its own
        expose_headers=["Retry-After"],
    )
    operations = [
        *own.operations(service),
        *perspective.operations(service),
        *openai.operations(service),
    ]
    app = Starlette(
        routes=[
            *(operation.route(service) for operation in operations),
            *docs_routes(service, operations),
        ],
        middleware=[cors] if origins else [],
        exception_handlers={HTTPException: _Unrouted(service)},
    )
    app.router.redirect_slashes = False
    return app


class _Unrouted:
    """Answers requests for unknown paths and methods in the form of the API there, and counts
    them."""

    def __init__(self, service: Service) -> None:
        self._requests = service.metrics.http_requests

    async def __call__(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        self._requests.labels("other", str(status)).inc()
        if status == 404:
            refusal = RefusalError(404, "no_route", "nothing here: see /docs")
        else:
            refusal = RefusalError(status, "wrong_method", "not by this method: see `Allow`")
        path = request.url.path
        api = next((api for begin, api in _APIS if path.startswith(begin)), own.OWN)
        response = api.refuse(refusal)
        response.headers.update(headers or {})
        return response
