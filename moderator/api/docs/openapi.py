"""The OpenAPI document of a list of operations."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from moderator.api.docs.schema import components, one_of
from moderator.api.operation import Operation, Parameter
from moderator.package import __version__

_ALWAYS = (500,)
_WITH_BODY = (400, 408, 413, 415, 429, 503, 504)
_TIMEOUT = Parameter(
    "X-Request-Timeout-Ms",
    "header",
    "The deadline of this request, if it is sooner than `serve.timeout_ms`; past it the answer "
    "is 504.",
    {"type": "integer", "minimum": 1, "maximum": 999_999},
)
_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which the same request may succeed.",
        "schema": {"type": "integer", "minimum": 1},
    }
}


def document(operations: Sequence[Operation], *, with_tokens: bool) -> dict[str, Any]:
    """The document; `with_tokens` says whether the server asks for one."""
    apis = {operation.api.name: operation.api for operation in operations}
    types = {api.error for api in apis.values()}
    for operation in operations:
        types.update(operation.request, operation.answer, operation.parts)
    paths: dict[str, Any] = {}
    for operation in operations:
        described = _operation(operation, with_tokens=with_tokens)
        paths.setdefault(operation.documented_path, {})[operation.method.lower()] = described
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "moderator",
            "version": __version__,
            "description": "May this comment go up? Verdicts with scores, matches and reasons.",
        },
        "tags": [{"name": api.name, "description": api.what} for api in apis.values()],
        "paths": paths,
        "components": {"schemas": components(sorted(types, key=lambda cls: cls.__name__))},
    }
    if with_tokens:
        document["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "query", "name": "key"},
        }
    return document


def _operation(operation: Operation, *, with_tokens: bool) -> dict[str, Any]:
    statuses = {*_ALWAYS, *operation.refusals}
    parameters = list(operation.parameters)
    if operation.method == "POST":
        statuses |= set(_WITH_BODY)
        parameters.append(_TIMEOUT)
    if with_tokens and not operation.is_open:
        statuses |= {401, 403}
    described: dict[str, Any] = {
        "tags": [operation.api.name],
        "summary": operation.summary,
        "description": operation.what,
        "operationId": f"{operation.method} {operation.documented_path}",
        "parameters": [
            {
                "name": parameter.name,
                "in": parameter.where,
                "description": parameter.what,
                "required": parameter.where == "path",
                "schema": dict(parameter.schema),
            }
            for parameter in parameters
        ],
        "responses": {
            "200": _body("What was asked for.", operation.media_type, operation.answer),
            **{str(status): _refusal(operation, status) for status in sorted(statuses)},
        },
    }
    if with_tokens and not operation.is_open:
        described["security"] = [{"bearer": []}, {"key": []}]
    if operation.request:
        content = {"application/json": {"schema": one_of(*operation.request)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _refusal(operation: Operation, status: int) -> dict[str, Any]:
    api = operation.api
    response = _body(HTTPStatus(status).phrase, api.error_media_type, (api.error,))
    return {**response, "headers": _RETRY_AFTER} if status in (429, 503, 504) else response


def _body(what: str, media_type: str, types: Sequence[type]) -> dict[str, Any]:
    schema = one_of(*types) if types else {}
    return {"description": what, "content": {media_type: {"schema": schema}}}
