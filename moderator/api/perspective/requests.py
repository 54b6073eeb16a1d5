"""Requests of the comment analyzer: both spellings of keys, and what Perspective refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from moderator.api.body import from_json
from moderator.api.perspective.errors import AnalyzeError

MAX_TEXT_BYTES = 20_480
MAX_ATTRIBUTES = 100
_DEPTH = 4
_NAMED = ("requestedAttributes", "attributeScores")
"""Fields whose keys are names of attributes, not fields."""


class TextEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and its type, PLAIN_TEXT unless said otherwise."""

    text: str = ""
    type: str = "PLAIN_TEXT"


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The context of a comment: what it replies to."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Accepted, but not used by our models."""

    entries: list[TextEntry] = []
    article_and_parent_comment: Article | None = None


class AttributeParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The options of one attribute; below the threshold it is left out of the answer."""

    score_type: str = "PROBABILITY"
    score_threshold: float = 0.0


class _Request(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True
):
    comment: TextEntry = TextEntry()
    context: Context | None = None
    languages: list[str] = []
    client_token: str = ""
    session_id: str = ""
    community_id: str = ""


class AnalyzeCommentRequest(_Request, frozen=True, kw_only=True):
    """A comment and the attributes it is to be scored for. Keys may be snake_case, too."""

    requested_attributes: dict[str, AttributeParameters] = {}
    do_not_store: bool = False
    span_annotations: bool = False
    drop_unsupported_attributes: bool = False


class Score(msgspec.Struct, frozen=True):
    """A probability."""

    value: float
    type: str = "PROBABILITY"


class SpanScore(msgspec.Struct, frozen=True):
    """The score of a part of the text; offsets in UTF-16 code units, end exclusive."""

    begin: int
    end: int
    score: Score


class AttributeScores(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The scores of one attribute, over the whole text and its parts."""

    summary_score: Score | None = None
    span_scores: list[SpanScore] = []


class SuggestCommentScoreRequest(_Request, frozen=True, kw_only=True):
    """Scores suggested for a comment. Keys may be snake_case, too."""

    attribute_scores: dict[str, AttributeScores] = {}


_json = msgspec.json.Decoder()

R = TypeVar("R", AnalyzeCommentRequest, SuggestCommentScoreRequest)


def read(body: bytes, kind: type[R]) -> R:
    """A body as a request, its text and context checked. Raises AnalyzeError."""
    try:
        given = from_json(_json, body)
        request = msgspec.convert(_camel(given, _DEPTH), kind, strict=False)
    except msgspec.ValidationError as error:
        raise AnalyzeError(f"Invalid JSON payload received. {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise AnalyzeError("Invalid JSON payload received.") from None
    text = request.comment.text
    if not text.strip():
        raise AnalyzeError("Comment must be non-empty.", "COMMENT_EMPTY")
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise AnalyzeError("Comment text too long.", "COMMENT_TOO_LONG")
    if request.comment.type not in ("PLAIN_TEXT", "TEXT_TYPE_UNSPECIFIED"):
        raise AnalyzeError("Currently, only 'PLAIN_TEXT' comments are supported")
    context = request.context
    if context and context.entries and context.article_and_parent_comment:
        raise AnalyzeError("Context may have entries or article_and_parent_comment, not both.")
    return request


def _camel(value: Any, depth: int) -> Any:
    """Keys in snake_case as camelCase, nulls left out, as far down as fields can be."""
    if depth == 0:
        return value
    if isinstance(value, list):
        return [_camel(item, depth - 1) for item in value]
    if not isinstance(value, Mapping):
        return value
    renamed: dict[str, Any] = {}
    for key, field in value.items():
        if field is None:
            continue
        name = _camel_name(key)
        if name in _NAMED and isinstance(field, Mapping):
            renamed[name] = {each: _camel(of or {}, depth - 1) for each, of in field.items()}
        else:
            renamed[name] = _camel(field, depth - 1)
    return renamed


def _camel_name(key: str) -> str:
    first, *rest = key.split("_")
    return first + "".join(part.title() for part in rest) if rest and first else key
