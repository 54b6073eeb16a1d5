"""`POST /v1/moderate` and `GET /v1/verdicts/{id}`: verdicts as they are published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Annotated, Any
from urllib.parse import parse_qs

import msgspec
from msgspec.structs import asdict
from starlette.responses import Response

from moderator.api.docs.schema import one_of
from moderator.api.own.problem import Problem, problem
from moderator.api.own.requests import read_request
from moderator.api.reception import Call
from moderator.api.refusal import RefusalError, invalid, too_late
from moderator.api.service import Service
from moderator.policy.explanation import Explanation
from moderator.records import Comment, Verdict

JSON = "application/json"


EXPLAINED = 16
"""Comments that one request may have explained: each is scored once more."""


class VerdictOut(Verdict, frozen=True, kw_only=True):
    """A verdict, with its explanation if the request asked for one."""

    explanation: Explanation | msgspec.UnsetType = msgspec.UNSET


class Refused(msgspec.Struct, frozen=True):
    """An item of the list that has an error instead of a verdict."""

    error: Problem


class VerdictsOut(msgspec.Struct, frozen=True):
    """One result a comment, in order."""

    results: Annotated[
        list[Any], msgspec.Meta(extra_json_schema={"items": one_of(VerdictOut, Refused)})
    ]


_encode = msgspec.json.Encoder().encode


class Moderate:
    """The handlers."""

    def __init__(self, service: Service) -> None:
        self._service = service
        # One at a time, so that a thread is left for requests that ask for no explanation.
        self._explaining = asyncio.Semaphore(1)

    async def moderate(self, call: Call) -> Response:
        """Judge one comment or several."""
        require_json(call)
        settings = self._service.settings
        given, several = read_request(
            call.body,
            max_comments=settings.serve.max_comments,
            max_text_bytes=settings.stream.max_text_bytes,
            community=call.caller.community,
        )
        comments = [item for item in given if isinstance(item, Comment)]
        explain = flag(call.query, "explain")
        if explain and len(comments) > EXPLAINED:
            raise invalid(f"?explain=1: at most {EXPLAINED} comments", "explain")
        judged = await self._service.judge(call, comments)
        verdicts = iter(await self._explained(call, comments, judged) if explain else judged)
        results: list[Any] = [
            next(verdicts) if isinstance(item, Comment) else Refused(problem(item))
            for item in given
        ]
        body = _encode({"results": results} if several else results[0])
        return Response(body, media_type=JSON)

    async def _explained(
        self, call: Call, comments: Sequence[Comment], verdicts: Sequence[Verdict]
    ) -> list[Verdict]:
        explained: list[Verdict] = []
        try:
            async with asyncio.timeout(call.deadline - monotonic()), self._explaining:
                for comment, verdict in zip(comments, verdicts, strict=True):
                    explanation = await self._service.pipeline.explain(comment, verdict)
                    explained.append(VerdictOut(**asdict(verdict), explanation=explanation))
        except TimeoutError:
            raise too_late() from None
        return explained

    async def look_up(self, call: Call) -> Response:
        """The verdict kept for a comment."""
        verdict = await self._service.kept_verdict(call, call.path["id"])
        if verdict is None:
            detail = "no verdict is kept for this id: it was never judged, or its time is over"
            raise RefusalError(404, "no_verdict", detail)
        return Response(_encode(verdict), media_type=JSON)


def require_json(call: Call) -> None:
    """Raises RefusalError 415 unless the Content-Type is JSON."""
    given = call.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if given != b"application/json":
        detail = "send JSON, and say so: `Content-Type: application/json`"
        raise RefusalError(415, "not_json", detail)


def flag(query: bytes, name: str) -> bool:
    """Whether a query says `name=1`. Raises RefusalError for anything but 0, 1, true, false."""
    if not query:
        return False
    values = parse_qs(query[:8_192].decode("latin-1"), keep_blank_values=True).get(name, ["0"])
    if values[-1] not in ("0", "1", "true", "false"):
        raise invalid(f"?{name}: 0 or 1", name)
    return values[-1] in ("1", "true")
