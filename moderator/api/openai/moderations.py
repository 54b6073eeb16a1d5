"""`POST /v1/moderations`: flagged by the policy, scored by our labels."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import msgspec
from starlette.responses import Response

from moderator.api.body import from_json
from moderator.api.openai.categories import CATEGORIES
from moderator.api.reception import Call
from moderator.api.refusal import RefusalError, invalid
from moderator.api.service import Service
from moderator.decoding import without_nul
from moderator.policy import Policy
from moderator.records import Action, Comment, Reason, Verdict

MODELS = (
    "omni-moderation-latest",
    "omni-moderation-2024-09-26",
    "text-moderation-latest",
    "text-moderation-stable",
)
"""Model names that clients send; our own models judge whichever is named."""

_Names = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(MODELS)})]


class ImageUrl(msgspec.Struct, frozen=True):
    """The address of an image."""

    url: str = ""


class TextPart(msgspec.Struct, frozen=True, tag="text", tag_field="type"):
    """A piece of text."""

    text: str


class ImagePart(msgspec.Struct, frozen=True, tag="image_url", tag_field="type"):
    """An image: refused, since no model here judges images."""

    image_url: ImageUrl


class ModerationRequest(msgspec.Struct, frozen=True):
    """A text, several texts, or the parts of one text."""

    input: str | list[str | TextPart | ImagePart]
    model: _Names | None = None


class Ours(msgspec.Struct, frozen=True):
    """An extra of ours: the action, its reasons and all scores."""

    action: Action
    reasons: tuple[Reason, ...]
    scores: dict[str, float]
    degraded: bool


class ModerationResult(msgspec.Struct, frozen=True):
    """The result of one text. Categories without a label of ours are false, 0.0 and empty."""

    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[str]]
    moderator: Ours


class ModerationResponse(msgspec.Struct, frozen=True):
    """One result a text, in order."""

    id: str
    model: str
    results: list[ModerationResult]


_requests = msgspec.json.Decoder(ModerationRequest)


class Moderations:
    """The handler."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def moderate(self, call: Call) -> Response:
        """Judge every text of the input."""
        request = _read(call.body)
        texts = _texts(request.input, self._service.settings.serve.max_comments)
        community = call.caller.community
        comments = [Comment(id="", text=without_nul(text), community=community) for text in texts]
        verdicts = await self._service.judge(call, comments)
        policy = self._service.pipeline.policy_of(community)
        answer = ModerationResponse(
            id=f"modr-{uuid4().hex}",
            model=request.model or MODELS[0],
            results=[_result(verdict, policy) for verdict in verdicts],
        )
        return Response(msgspec.json.encode(answer), media_type="application/json")


def _read(body: bytes) -> ModerationRequest:
    try:
        request = from_json(_requests, body)
    except msgspec.ValidationError as error:
        raise invalid(str(error), "model" if "$.model" in str(error) else "input") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        detail = "We could not parse the JSON body of your request."
        raise RefusalError(400, "not_json", detail) from None
    if request.model is not None and request.model not in MODELS:
        detail = f"The model does not exist: there are {', '.join(MODELS)}"
        raise RefusalError(404, "no_model", detail, field="model")
    return request


def _texts(given: str | list[str | TextPart | ImagePart], most: int) -> list[str]:
    """The texts of an input; the parts of one text are judged together. Raises RefusalError."""
    if isinstance(given, str):
        return [given]
    if not given or len(given) > most:
        raise invalid(f"input: 1 to {most} texts", "input")
    texts = [item for item in given if isinstance(item, str)]
    parts = [item.text for item in given if isinstance(item, TextPart)]
    if len(texts) == len(given):
        return texts
    if len(parts) == len(given):
        return ["\n".join(parts)]
    if any(isinstance(item, ImagePart) for item in given):
        raise invalid("input: images are not judged here, only text", "input")
    raise invalid("input: either texts or parts, not both", "input")


def _result(verdict: Verdict, policy: Policy) -> ModerationResult:
    scores = {name: category.score(verdict.scores) for name, category in CATEGORIES.items()}
    ours: dict[str, Any] = {name: getattr(verdict, name) for name in Ours.__struct_fields__}
    return ModerationResult(
        flagged=verdict.action is not Action.ALLOW,
        categories={
            name: category.holds(verdict.scores, {**policy.block, **policy.review})
            for name, category in CATEGORIES.items()
        },
        category_scores={name: score or 0.0 for name, score in scores.items()},
        category_applied_input_types={
            name: [] if score is None else ["text"] for name, score in scores.items()
        },
        moderator=Ours(**ours),
    )
