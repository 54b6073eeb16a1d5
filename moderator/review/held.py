"""A held comment, as the database keeps it and the page shows it."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec

from moderator.feedback.decision import filter_action
from moderator.records import Action, Reason, Verdict

PARENT_CHARACTERS = 1_000
_MAX_MATCHES = 200
_MAX_REASONS = 20
_MAX_FIELD = 300


class MarkedSpan(msgspec.Struct, frozen=True, array_like=True):
    """Offsets of a match, in code points, and its category."""

    start: int
    end: int
    category: str


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the page shows of a held comment besides its text."""

    policy: str
    language: str
    scored_at: str
    reasons: list[Reason]
    spans: list[MarkedSpan]
    author: str | None = None
    created_at: str | None = None
    parent_id: str | None = None
    degraded: bool = False
    judged: Action | None = None
    """What the filter itself decided; None if a person had decided before."""


class HeldComment(NamedTuple):
    """A held comment; `at` is when it was judged, in seconds since 1970, `score` from 0 to 1."""

    id: str
    text: str
    community: str | None
    action: str
    at: float
    score: float
    details: Details


def text_key(text: str, community: str | None = None, *, alone: bool = False) -> str:
    """Equal for the same text in the same community, or in none; `alone`: in any."""
    place = "*" if alone else "" if community is None else f"+{community}"
    data = f"{place}\0{text}".encode()
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def carried(verdict: Verdict) -> dict[str, Any] | None:
    """The comment that a verdict carries, if it has a text."""
    comment = verdict.comment
    if comment is msgspec.UNSET or not isinstance(comment.get("text"), str):
        return None
    return comment


def held(verdict: Verdict, comment: dict[str, Any], at: float) -> HeldComment:
    """The comment of a verdict that holds it."""
    details = Details(
        policy=verdict.policy.name,
        language=verdict.language,
        scored_at=verdict.scored_at,
        reasons=list(verdict.reasons[:_MAX_REASONS]),
        spans=[
            MarkedSpan(match.start, match.end, match.category)
            for match in verdict.matches[:_MAX_MATCHES]
        ],
        author=_field(comment, "author"),
        created_at=_field(comment, "created_at"),
        parent_id=_field(comment, "parent_id"),
        degraded=verdict.degraded,
        judged=filter_action(verdict),
    )
    community = None if verdict.community is msgspec.UNSET else verdict.community
    text: str = comment["text"]
    return HeldComment(verdict.id, text, community, verdict.action, at, _gravity(verdict), details)


def _gravity(verdict: Verdict) -> float:
    """How bad it is: the highest score that counted, or any if a rule without a score decided."""
    counted = max((reason.score for reason in verdict.reasons), default=0.0)
    return counted or max(verdict.scores.values(), default=0.0)


def _field(comment: dict[str, Any], name: str) -> str | None:
    value = comment.get(name)
    return value[:_MAX_FIELD] if isinstance(value, str) else None
