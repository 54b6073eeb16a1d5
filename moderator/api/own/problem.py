"""Errors of our own API, by RFC 9457."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from starlette.responses import Response

from moderator.api.refusal import RefusalError

MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong; `type` leads to the page's section on `reason`."""

    type: str
    title: str
    status: int
    detail: str
    reason: str
    field: str | None = None


def problem(refusal: RefusalError) -> Problem:
    """The body of a refusal's response."""
    return Problem(
        type=f"/docs#{refusal.reason}",
        title=HTTPStatus(refusal.status).phrase,
        status=refusal.status,
        detail=refusal.detail,
        reason=refusal.reason,
        field=refusal.field,
    )


def problem_response(refusal: RefusalError) -> Response:
    """The response of a refusal."""
    body = msgspec.json.encode(problem(refusal))
    return Response(body, refusal.status, refusal.headers, MEDIA_TYPE)
