"""The operations of our own API."""

from __future__ import annotations

from moderator.api.access.tokens import Right
from moderator.api.operation import Api, Operation, Parameter
from moderator.api.own.feedback import Decide, FeedbackIn, FeedbackOut
from moderator.api.own.moderate import Moderate, Refused, VerdictOut, VerdictsOut
from moderator.api.own.problem import MEDIA_TYPE, Problem, problem_response
from moderator.api.own.requests import CommentIn, CommentsIn
from moderator.api.service import Service
from moderator.records import Verdict

OWN = Api(
    "moderator", "Verdicts with scores, matches and reasons.", problem_response, Problem, MEDIA_TYPE
)

_EXPLAIN = Parameter(
    "explain",
    "query",
    "1 adds to each verdict how it came about: normal form, spans with their text, thresholds, "
    "what each stage said, versions. At most 16 comments.",
    {"enum": ["0", "1", "true", "false"]},
)


def operations(service: Service) -> list[Operation]:
    """/v1/moderate, /v1/verdicts/{id} and /v1/feedback."""
    moderate = Moderate(service)
    return [
        Operation(
            OWN,
            "POST",
            "/v1/moderate",
            "Judge one comment, or up to 1,000.",
            "One comment is answered with its verdict, `comments` with `results` in their order: "
            "a verdict each, or an error if a comment is refused.",
            moderate.moderate,
            request=(CommentIn, CommentsIn),
            answer=(VerdictOut, VerdictsOut),
            parts=(Refused,),
            refusals=(403,),
            parameters=(_EXPLAIN,),
        ),
        Operation(
            OWN,
            "GET",
            "/v1/verdicts/{id:path}",
            "The verdict kept for a comment.",
            "Verdicts are kept in the cache for `cache.verdict_ttl_s`, without text.",
            moderate.look_up,
            answer=(Verdict,),
            refusals=(404,),
            parameters=(Parameter("id", "path", "The comment's id.", {"type": "string"}),),
        ),
        Operation(
            OWN,
            "POST",
            "/v1/feedback",
            "Decide about a comment in place of the policy.",
            "For a token with the right to feedback. The decision is kept on the topic of feedback "
            "and holds for the same text in the same community on all workers.",
            Decide(service).decide,
            request=(FeedbackIn,),
            answer=(FeedbackOut,),
            refusals=(403, 404, 409),
            right=Right.FEEDBACK,
        ),
    ]
