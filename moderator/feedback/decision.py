"""Makes the record of a person's decision about a comment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from moderator.errors import SettingsError
from moderator.feedback.person import person_hash
from moderator.feedback.record import Feedback
from moderator.policy.overrides import by_person
from moderator.records import Action, Comment, Verdict
from moderator.settings import Settings


def require_topic(settings: Settings) -> None:
    """Raises SettingsError unless decisions go to the topic, the only place that is followed."""
    if settings.feedback.to != "topic":
        raise SettingsError("feedback.to must be `topic`: workers follow decisions there")


def decision(
    settings: Settings,
    comment: Comment,
    action: Action | None,
    *,
    source: str,
    person: str | None = None,
    token: str | None = None,
    note: str | None = None,
    days: float | None = None,
    once: bool = False,
    verdict: Action | None = None,
) -> Feedback:
    """What was decided now about a comment; without an action, earlier decisions are taken back.

    It holds for `days`, by default `feedback.days`, or for nothing else if `once`. `person` is kept
    as a keyed hash; `token`, an access token's name, as it is, if there is no person. Raises
    SettingsError if `days` is out of range.
    """
    now = datetime.now(UTC)
    expires_at = None
    if action is not None and not once:
        expires_at = _after(now, settings.feedback.days if days is None else days)
    if person is not None:
        by: str | None = person_hash(person, settings.cache.secret.get_secret_value())
    else:
        by = token
    return Feedback(
        source=source,
        id=comment.id or None,
        text=comment.text,
        community=comment.community,
        at=now.isoformat(timespec="milliseconds"),
        action=action,
        undone=action is None,
        expires_at=expires_at,
        note=note,
        by=by,
        verdict=verdict,
    )


def filter_action(verdict: Verdict) -> Action | None:
    """What the filter itself decided; None if a person had decided about the text before."""
    return None if by_person(verdict) else verdict.action


def _after(now: datetime, days: float) -> str:
    try:
        return (now + timedelta(days=days)).isoformat(timespec="seconds")
    except (OverflowError, ValueError):
        raise SettingsError(
            f"--days or feedback.days: {days:g} days from now is not a valid date"
        ) from None
