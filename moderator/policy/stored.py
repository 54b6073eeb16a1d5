"""A stored verdict taken apart: what the scorers found, and what it carries of the comment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from moderator.records import Comment, CommentContext, Scored, Verdict


def scored_of(verdict: Verdict) -> Scored:
    """What the scorers found; a failed scorer's name may be lost if a graver rule was named."""
    if not verdict.reasons and not verdict.degraded and verdict.in_part is msgspec.UNSET:
        # Most of them, at a third of the cost.
        return Scored(
            verdict.scores,
            verdict.matches,
            (),
            verdict.with_quotes,
            False,
            False,
            verdict.language,
            verdict.language_probability,
            verdict.unjudged,
        )
    failed = tuple(r.label for r in verdict.reasons if r.rule.endswith(".scorer_failed"))
    if verdict.degraded and not failed:
        failed = ("a scorer",)
    in_part: Collection[str] = verdict.in_part or ()
    if not in_part:  # verdicts of version 0.1 say so only if it decided
        in_part = {reason.rule.partition(".")[2] for reason in verdict.reasons}
    return Scored(
        verdict.scores,
        verdict.matches,
        failed,
        verdict.with_quotes,
        "truncated" in in_part,
        "truncated_by_budget" in in_part,
        language=verdict.language,
        language_probability=verdict.language_probability,
        unjudged=verdict.unjudged,
    )


def carried_text(verdict: Verdict) -> str | None:
    """The comment's text, if the verdict carries it."""
    text = None if verdict.comment is msgspec.UNSET else verdict.comment.get("text")
    return text if isinstance(text, str) else None


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
        carried_text(verdict) or "",
        community,
        author if isinstance(author, str) else None,
        context=known,
    )
