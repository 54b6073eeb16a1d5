"""Errors in the form of OpenAI's API."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from moderator.api.refusal import RefusalError

_CODES = {
    "unknown_token": "invalid_api_key",
    "no_token": "invalid_api_key",
    "rate_limited": "rate_limit_exceeded",
    "no_model": "model_not_found",
}


class ErrorOut(msgspec.Struct, frozen=True):
    """What went wrong, and in which parameter."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorBody(msgspec.Struct, frozen=True):
    """The body of every error."""

    error: ErrorOut


def error_response(refusal: RefusalError) -> Response:
    """The response of a refusal."""
    kind = "server_error" if refusal.status >= 500 else "invalid_request_error"
    error = ErrorOut(
        refusal.detail,
        "rate_limit_error" if refusal.status == 429 else kind,
        refusal.field,
        _CODES.get(refusal.reason),
    )
    body = msgspec.json.encode(OpenAIErrorBody(error))
    return Response(body, refusal.status, refusal.headers, "application/json")
