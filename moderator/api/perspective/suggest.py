"""`comments:suggestscore`: a moderator's decision, kept as feedback."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from starlette.responses import Response

from moderator.api.perspective.errors import AnalyzeError
from moderator.api.perspective.languages import detect
from moderator.api.perspective.requests import SuggestCommentScoreRequest, read
from moderator.api.reception import Call
from moderator.api.refusal import RefusalError
from moderator.decoding import without_nul
from moderator.errors import ModeratorError
from moderator.feedback.record import Feedback
from moderator.feedback.sink import FeedbackSink


class SuggestCommentScoreResponse(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The answer: what was understood of the request."""

    client_token: str = ""
    detected_languages: list[str] = []
    requested_languages: list[str] = []


class Suggest:
    """The handler."""

    def __init__(self, sink: FeedbackSink) -> None:
        self._sink = sink

    async def suggest(self, call: Call) -> Response:
        """Keep the suggested scores, and answer once they are kept."""
        request = read(call.body, SuggestCommentScoreRequest)
        scores = {
            name: given.summary_score.value
            for name, given in request.attribute_scores.items()
            if given.summary_score
        }
        if not scores:
            raise AnalyzeError("Missing attribute_scores")
        if not all(0.0 <= score <= 1.0 for score in scores.values()):
            raise AnalyzeError("attribute_scores: a score must be in [0, 1]")
        feedback = Feedback(
            source="perspective",
            text=without_nul(request.comment.text),
            scores=scores,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            community=call.caller.community or request.community_id or None,
            by=call.caller.name or None,
            reference=request.client_token or None,
        )
        try:
            await self._sink.put(feedback)
        except (ModeratorError, OSError):
            detail = "the feedback could not be kept: send it again later"
            raise RefusalError(503, "not_kept", detail, retry_after_s=5) from None
        detected = detect(request.comment.text)
        body = SuggestCommentScoreResponse(
            request.client_token, [detected] if detected else [], request.languages
        )
        return Response(msgspec.json.encode(body), media_type="application/json")
