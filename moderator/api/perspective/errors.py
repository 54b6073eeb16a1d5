"""Errors in the form of Google's APIs, with the details that Perspective's clients read."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.responses import Response

from moderator.api.refusal import RefusalError

_TYPE = "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"
_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
_STATUSES = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    408: "DEADLINE_EXCEEDED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class GoogleError(msgspec.Struct, frozen=True):
    """`details` has at least one entry, which names its kind as `@type`."""

    code: int
    message: str
    status: str
    details: list[dict[str, Any]]


class ErrorBody(msgspec.Struct, frozen=True):
    """The body of every error."""

    error: GoogleError


class AnalyzeError(RefusalError):
    """A request that Perspective would refuse, with the message it gives; `error_type` is its name
    for the error, `more` its further details."""

    def __init__(
        self, message: str, error_type: str = "INVALID_REQUEST", more: dict[str, Any] | None = None
    ) -> None:
        super().__init__(400, "invalid_request", message)
        self.error_type = error_type
        self.more = more or {}


def error_body(refusal: RefusalError) -> ErrorBody:
    """A refusal in Google's form."""
    code, message = refusal.status, refusal.detail
    detail: dict[str, Any]
    if refusal.reason == "unknown_token":
        code, message = 400, "API key not valid. Please pass a valid API key."
        detail = {"@type": _INFO, "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
    elif refusal.reason == "no_token":
        code = 403
        detail = {"@type": _INFO, "reason": "API_KEY_MISSING", "domain": "googleapis.com"}
    elif isinstance(refusal, AnalyzeError):
        detail = {"@type": _TYPE, "errorType": refusal.error_type, **refusal.more}
    else:
        kind = "COMMENT_TOO_LONG" if refusal.status == 413 else "INVALID_REQUEST"
        detail = {"@type": _TYPE, "errorType": kind}
    return ErrorBody(GoogleError(code, message, _STATUSES[code], [detail]))


def error_response(refusal: RefusalError) -> Response:
    """The response of a refusal."""
    body = error_body(refusal)
    headers = {name: v for name, v in refusal.headers.items() if name != "WWW-Authenticate"}
    return Response(
        msgspec.json.encode(body), body.error.code, headers, media_type="application/json"
    )
