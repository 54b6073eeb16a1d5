"""Perspective's operations."""

from __future__ import annotations

import re

import msgspec
from starlette.responses import Response

from moderator.api.operation import Api, Operation, Parameter
from moderator.api.perspective.analyze import Analyze, AnalyzeCommentResponse
from moderator.api.perspective.batch import AnswerBatch
from moderator.api.perspective.discovery import discovery
from moderator.api.perspective.errors import AnalyzeError, ErrorBody, error_response
from moderator.api.perspective.requests import AnalyzeCommentRequest, SuggestCommentScoreRequest
from moderator.api.perspective.suggest import Suggest, SuggestCommentScoreResponse
from moderator.api.reception import Call
from moderator.api.service import Service

PERSPECTIVE = Api(
    "Perspective",
    "A drop-in for Perspective's comment analyzer, v1alpha1: change the address, and no more.",
    error_response,
    ErrorBody,
    "application/json",
)

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"

_HOST = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")


def operations(service: Service) -> list[Operation]:
    """Analysis, suggestions, both in a batch, and discovery. Raises SettingsError."""
    analyze = Analyze(service).analyze
    suggest = Suggest(service.feedback).suggest
    batch = AnswerBatch(service, {ANALYZE: analyze, SUGGEST: suggest})
    return [
        Operation(
            PERSPECTIVE,
            "POST",
            ANALYZE,
            "Score a comment for attributes.",
            "Spans count UTF-16 code units. Keys may be camelCase or snake_case.",
            analyze,
            request=(AnalyzeCommentRequest,),
            answer=(AnalyzeCommentResponse,),
            refusals=(403,),
        ),
        Operation(
            PERSPECTIVE,
            "POST",
            SUGGEST,
            "Say what scores a comment should have had.",
            "Kept where `[feedback]` says, with the comment's text; dropped if that is `off`.",
            suggest,
            request=(SuggestCommentScoreRequest,),
            answer=(SuggestCommentScoreResponse,),
            refusals=(403,),
        ),
        Operation(
            PERSPECTIVE,
            "POST",
            "/batch",
            "Up to 100 calls in one.",
            "multipart/mixed of application/http parts, each with its own token if need be.",
            batch.batch,
            media_type="multipart/mixed",
            refusals=(403,),
            is_open=True,
        ),
        Operation(
            PERSPECTIVE,
            "GET",
            "/$discovery/rest",
            "The document that Google's client libraries read.",
            "With this server's address as its root.",
            _Discovery(service).serve,
            refusals=(400,),
            parameters=(Parameter("version", "query", "v1alpha1.", {"enum": ["v1alpha1"]}),),
            is_open=True,
        ),
    ]


class _Discovery:
    def __init__(self, service: Service) -> None:
        self._public_url = service.settings.serve.public_url
        self._scheme = "https" if service.settings.serve.ssl_certfile else "http"

    async def serve(self, call: Call) -> Response:
        """The document, rooted at `serve.public_url` or where the request was sent to."""
        if b"version=" in call.query and b"version=v1alpha1" not in call.query:
            raise AnalyzeError("The only version is v1alpha1.")
        host = call.headers.get(b"host", b"").decode("latin-1")
        if not self._public_url and not _HOST.fullmatch(host):
            raise AnalyzeError("Host: not a host name.")
        root = self._public_url.rstrip("/") or f"{self._scheme}://{host}"
        body = msgspec.json.encode(discovery(f"{root}/"))
        return Response(body, media_type="application/json")
