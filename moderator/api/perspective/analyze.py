"""`comments:analyze`: scores of the attributes asked for, over the text and its sentences."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import msgspec
from starlette.responses import Response

from moderator.api.perspective.attributes import labels_of
from moderator.api.perspective.errors import AnalyzeError
from moderator.api.perspective.languages import Supported, detect
from moderator.api.perspective.requests import (
    MAX_ATTRIBUTES,
    AnalyzeCommentRequest,
    AttributeScores,
    Score,
    SpanScore,
    read,
)
from moderator.api.perspective.scores import ScoreMap, attribute_score
from moderator.api.perspective.spans import in_utf16, sentences
from moderator.api.reception import Call
from moderator.api.refusal import RefusalError
from moderator.api.service import Service
from moderator.decoding import without_nul
from moderator.records import Comment, Verdict

_log = logging.getLogger(__name__)


class AnalyzeCommentResponse(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Scores by attribute, as asked for; and the languages they are for."""

    attribute_scores: dict[str, AttributeScores] = {}
    languages: list[str] = []
    detected_languages: list[str] = []
    client_token: str = ""


class Analyze:
    """The handler."""

    def __init__(self, service: Service) -> None:
        """Raises SettingsError if the map of scores is refused."""
        self._service = service
        self._supported = Supported.of(service.settings)
        path = service.settings.serve.perspective_map
        self._map = ScoreMap.load(path) if path else None
        if self._map and self._map.scorer != service.pipeline.scorer.version:
            _log.warning(
                "%s was made for other models: make it again with `moderator calibrate`", path
            )

    async def analyze(self, call: Call) -> Response:
        """Score one comment."""
        request = read(call.body, AnalyzeCommentRequest)
        detected = detect(request.comment.text)
        wanted = self._wanted(request, detected)
        text = request.comment.text
        parts = sentences(text) if request.span_annotations else []
        # One sentence is the whole text, or all of it but the blanks around it.
        texts = [text] + [text[start:end] for start, end in parts if len(parts) > 1]
        community = call.caller.community or request.community_id or None
        verdicts = await self._service.judge(
            call,
            [Comment(id="", text=without_nul(text), community=community) for text in texts],
            charged=1,
        )
        spans = in_utf16(text, parts) or in_utf16(text, [(0, len(text))])
        attribute_scores = {}
        for name, labels in wanted.items():
            summary = attribute_score(name, labels, verdicts[0], self._map)
            if summary is None:
                self._refuse_unscored(name, request, verdicts[0])
            elif summary >= request.requested_attributes[name].score_threshold:
                each = [
                    attribute_score(name, labels, verdict, self._map)
                    for verdict in verdicts[1:] or verdicts
                ]
                attribute_scores[name] = AttributeScores(
                    Score(summary),
                    [
                        SpanScore(*span, Score(verdict))
                        for span, verdict in zip(spans, each, strict=True)
                        if verdict is not None
                    ],
                )
        languages = request.languages or ([detected] if detected else [])
        body = AnalyzeCommentResponse(
            attribute_scores, languages, [detected] if detected else [], request.client_token
        )
        return Response(msgspec.json.encode(body), media_type="application/json")

    def _refuse_unscored(self, name: str, request: AnalyzeCommentRequest, verdict: Verdict) -> None:
        """Raises the error for an attribute without a score, unless it may be dropped."""
        if not verdict.unjudged:
            detail = "a model failed, and there is no score: ask again later"
            raise RefusalError(503, "not_scored", detail, retry_after_s=1)
        if not request.drop_unsupported_attributes:
            language = verdict.language
            raise _not_supported(name, [language], request.languages, language)

    def _wanted(
        self, request: AnalyzeCommentRequest, detected: str | None
    ) -> dict[str, tuple[str, ...]]:
        """The labels of each attribute asked for. Raises AnalyzeError."""
        asked = request.requested_attributes
        if not asked:
            raise AnalyzeError("Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES")
        if len(asked) > MAX_ATTRIBUTES:
            raise AnalyzeError(f"More than {MAX_ATTRIBUTES} requested_attributes")
        wanted = {}
        for name, parameters in asked.items():
            wanted[name] = labels_of(name, self._service.pipeline.labels)
            kind = parameters.score_type
            if kind not in ("PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
                raise AnalyzeError(
                    f"Requested score type {kind} is not supported by attribute {name}"
                )
        languages = request.languages or ([detected] if detected else [])
        if not languages:
            raise AnalyzeError("Unable to detect language", "LANGUAGE_DETECTION_FAILED")
        for name, labels in list(wanted.items()):
            if all(self._supported.allow(labels, language) for language in languages):
                continue
            if not request.drop_unsupported_attributes:
                raise _not_supported(name, languages, request.languages, detected)
            del wanted[name]
        return wanted


def _not_supported(
    name: str, languages: Sequence[str], requested: Sequence[str], detected: str | None
) -> AnalyzeError:
    return AnalyzeError(
        f"Attribute {name} does not support request languages: {','.join(languages)}",
        "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        {
            "languageNotSupportedByAttributeError": {
                "attribute": name,
                "detectedLanguages": [detected] if detected else [],
                "requestedLanguages": list(requested),
            }
        },
    )
