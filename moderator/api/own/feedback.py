"""`POST /v1/feedback`: what a person decided in place of the policy."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec
from starlette.responses import Response

from moderator.api.own.moderate import JSON, require_json
from moderator.api.own.requests import check, decode, other_community
from moderator.api.reception import Call
from moderator.api.refusal import RefusalError, invalid
from moderator.api.service import Service
from moderator.decoding import MAX_ID_BYTES, without_nul
from moderator.errors import BrokerError, ModeratorError, SettingsError
from moderator.feedback.decision import decision, filter_action, require_topic
from moderator.feedback.history import carried_comment
from moderator.kafka.tap import find
from moderator.records import Action, Comment, Verdict

_SEARCHES = 2
"""Texts looked for at once: each reads the topic of verdicts."""

_BEFORE_MS = 60_000
"""The search begins this much before the verdict was made: clocks differ."""


class FeedbackIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision about a comment: an `action`, or `undo` to take earlier ones back.

    It holds for the same text in the same community, for `days` (by default `feedback.days`), or
    for nothing else if `once`. Without `text` the comment's is taken from its verdict, by `id`.
    `by`, who decided, is kept as a keyed hash.
    """

    action: Action | None = None
    undo: bool = False
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_BYTES)] | None = None
    text: str | None = None
    community: str | None = None
    note: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=256)] | None = None
    days: Annotated[float, msgspec.Meta(ge=0, le=36_500)] | None = None
    once: bool = False


class FeedbackOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """The decision as it was kept, without its text. `verdict` is what the filter had decided."""

    at: str
    action: Action | None = None
    undone: bool = False
    id: str | None = None
    community: str | None = None
    by: str | None = None
    expires_at: str | None = None
    note: str | None = None
    verdict: Action | None = None


_given = msgspec.json.Decoder(FeedbackIn)


class Decide:
    """The handler."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._searching = asyncio.Semaphore(_SEARCHES)

    async def decide(self, call: Call) -> Response:
        """Keep a decision, and answer once the broker has confirmed it."""
        require_json(call)
        settings = self._service.settings
        given: FeedbackIn = decode(_given, call.body)
        own = call.caller.community
        check(given.id, given.text, given.community, settings.stream.max_text_bytes, own)
        if given.undo == (given.action is not None):
            raise invalid("one of `action` and `undo`: true", "action")
        if given.id is None and given.text is None:
            raise invalid("`text`, or the `id` of a verdict", "text")
        if given.text is None and given.community is not None:
            raise invalid("`community` goes with `text`", "community")
        try:
            require_topic(settings)
        except SettingsError as error:
            raise RefusalError(409, "feedback_off", str(error)) from None
        self._service.gate.charge(call.caller, 1)
        verdict = await self._service.kept_verdict(call, given.id) if given.id else None
        if given.text is None:
            comment = await self._carried(call, given.id or "", verdict)
            if own not in (None, comment.community):
                raise other_community(own)
        else:
            comment = Comment(given.id or "", without_nul(given.text), given.community or own)
        feedback = decision(
            settings,
            comment,
            given.action,
            source="api",
            person=given.by,
            token=call.caller.name,
            note=given.note,
            days=given.days,
            once=given.once,
            verdict=filter_action(verdict) if verdict else None,
        )
        try:
            await self._service.feedback.put(feedback)
        except (ModeratorError, OSError):
            detail = "the decision could not be kept: send it again later"
            raise RefusalError(503, "not_kept", detail, retry_after_s=5) from None
        body = msgspec.json.encode(msgspec.convert(feedback, FeedbackOut, from_attributes=True))
        return Response(body, media_type=JSON)

    async def _carried(self, call: Call, comment_id: str, kept: Verdict | None) -> Comment:
        """The comment with this id, from the topic; the verdict in the cache says where it is."""
        if kept is None:
            detail = "no verdict is kept for this id: send the comment's `text`"
            raise RefusalError(404, "no_verdict", detail)
        since_ms = int(datetime.fromisoformat(kept.scored_at).timestamp() * 1000) - _BEFORE_MS
        try:
            async with self._searching:
                decided = await asyncio.to_thread(
                    find,
                    self._service.settings,
                    comment_id,
                    since_ms,
                    scored_at=kept.scored_at,
                    deadline=call.deadline,
                )
            if decided is None:
                raise SettingsError("the topic of verdicts does not hold it")
            return carried_comment(decided)
        except TimeoutError:
            detail = "the comment was not found in time: send its `text`"
            raise RefusalError(504, "deadline", detail, retry_after_s=1) from None
        except BrokerError:
            detail = "the topic of verdicts cannot be read: send the comment's `text`"
            raise RefusalError(503, "not_kept", detail, retry_after_s=5) from None
        except SettingsError as error:
            raise RefusalError(404, "no_text", f"{error}; send the comment's `text`") from None
