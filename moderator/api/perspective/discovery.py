"""`/$discovery/rest`: the document from which Google's client libraries build their methods."""

from __future__ import annotations

from typing import Any

from moderator.api.docs.schema import components
from moderator.api.perspective.analyze import AnalyzeCommentResponse
from moderator.api.perspective.requests import AnalyzeCommentRequest, SuggestCommentScoreRequest
from moderator.api.perspective.suggest import SuggestCommentScoreResponse

_METHODS = {
    "analyze": (AnalyzeCommentRequest, AnalyzeCommentResponse),
    "suggestscore": (SuggestCommentScoreRequest, SuggestCommentScoreResponse),
}
_PARAMETERS = {
    "key": "An access token.",
    "access_token": "An access token.",
    "alt": "The form of the answer: json.",
    "fields": "Taken, and not used.",
    "prettyPrint": "Taken, and not used.",
    "quotaUser": "Taken, and not used.",
}


def discovery(root_url: str) -> dict[str, Any]:
    """The document of a server at `root_url`, which ends in a slash."""
    types = {cls for pair in _METHODS.values() for cls in pair}
    schemas = components(sorted(types, key=lambda cls: cls.__name__))
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": "commentanalyzer:v1alpha1",
        "name": "commentanalyzer",
        "version": "v1alpha1",
        "title": "Comment analyzer, answered by moderator",
        "protocol": "rest",
        "rootUrl": root_url,
        "mtlsRootUrl": root_url,
        "baseUrl": root_url,
        "basePath": "",
        "servicePath": "",
        "batchPath": "batch",
        "parameters": {
            name: {"type": "string", "location": "query", "description": what}
            for name, what in _PARAMETERS.items()
        },
        "schemas": {
            name: {"id": name, **_schema(schema)} for name, schema in sorted(schemas.items())
        },
        "resources": {
            "comments": {
                "methods": {
                    name: {
                        "id": f"commentanalyzer.comments.{name}",
                        "path": f"v1alpha1/comments:{name}",
                        "flatPath": f"v1alpha1/comments:{name}",
                        "httpMethod": "POST",
                        "description": (request.__doc__ or "").strip(),
                        "parameters": {},
                        "parameterOrder": [],
                        "request": {"$ref": request.__name__},
                        "response": {"$ref": response.__name__},
                    }
                    for name, (request, response) in _METHODS.items()
                }
            }
        },
    }


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema as the older dialect that discovery documents are in."""
    if reference := schema.get("$ref"):
        return {"$ref": str(reference).rsplit("/", 1)[-1]}
    if options := schema.get("anyOf"):
        return _schema(next(option for option in options if option.get("type") != "null"))
    described: dict[str, Any] = {"type": schema.get("type", "any")}
    if what := schema.get("description"):
        described["description"] = what
    if properties := schema.get("properties"):
        described["properties"] = {name: _schema(of) for name, of in properties.items()}
    if isinstance(items := schema.get("items"), dict):
        described["items"] = _schema(items)
    if isinstance(more := schema.get("additionalProperties"), dict):
        described["additionalProperties"] = _schema(more)
    return described
