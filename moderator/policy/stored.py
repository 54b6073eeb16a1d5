"""A stored verdict taken apart: what the scorers found, and what it carries of the comment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from moderator.records import Comment, CommentContext, Scored, Verdict


def scored_of(verdict: Verdict) -> Scored:
    """What the scorers found; a failed scorer's name may be lost if a graver rule was named."""
    failed = tuple(r.label for r in verdict.reasons if r.rule.endswith(".scorer_failed"))
    if verdict.degraded and not failed:
        failed = ("a scorer",)
    return Scored(
        verdict.scores,
        verdict.matches,
        failed,
        verdict.with_quotes,
        any(reason.rule.endswith(".truncated") for reason in verdict.reasons),
        any(reason.rule.endswith(".truncated_by_budget") for reason in verdict.reasons),
        language=verdict.language,
        language_probability=verdict.language_probability,
        unjudged=verdict.unjudged,
    )


def comment_of(verdict: Verdict) -> Comment:
    """The comment; without text, author and context unless the verdict carries them
    (`stream.carry_comment`)."""
    community = None if verdict.community is msgspec.UNSET else verdict.community
    carried: Mapping[str, Any] = {} if verdict.comment is msgspec.UNSET else verdict.comment
    context = carried.get("context")
    try:
        known = msgspec.convert(context, CommentContext) if isinstance(context, dict) else None
    except msgspec.ValidationError:
        known = None
    author = carried.get("author")
    return Comment(
        verdict.id,
        str(carried.get("text", "")),
        community,
        author if isinstance(author, str) else None,
        context=known,
    )
