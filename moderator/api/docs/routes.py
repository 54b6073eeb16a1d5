"""`/openapi.json`, and the page at `/docs`."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from moderator.api.docs.openapi import document
from moderator.api.docs.page import HEADERS, STYLE, page
from moderator.api.endpoint import Endpoint
from moderator.api.operation import Operation
from moderator.api.own.problem import problem_response
from moderator.api.reception import Call
from moderator.api.service import Service


def docs_routes(service: Service, operations: Sequence[Operation]) -> list[Route]:
    """Both are open without a token: they hold nothing that is not in the source."""
    described = document(operations, with_tokens=service.settings.serve.tokens is not None)
    assets = {
        "/openapi.json": (msgspec.json.encode(described), "application/json"),
        "/docs": (page(described, service.url), "text/html"),
        "/docs.css": (STYLE, "text/css"),
    }
    return [
        Route(
            path,
            Endpoint(service, path, _Asset(*asset).serve, problem_response, is_open=True),
            methods=["GET"],
        )
        for path, asset in assets.items()
    ]


class _Asset:
    def __init__(self, body: bytes, media_type: str) -> None:
        self._body = body
        self._media_type = media_type

    async def serve(self, _: Call) -> Response:
        return Response(self._body, media_type=self._media_type, headers=HEADERS)
