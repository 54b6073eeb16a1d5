"""A database of a test's own, verdicts that hold comments, and a topic of feedback in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from moderator.errors import BrokerError
from moderator.feedback.record import Feedback
from moderator.records import Action, Component, Match, Reason, Verdict
from moderator.review.database import Database
from moderator.review.intake import Intake
from moderator.settings import Settings

NOW = datetime.now(UTC)
"""When the first comment was judged; the others come later by seconds."""


def held(
    comment_id: str,
    text: str | None = None,
    *,
    after_s: float = 0.0,
    action: Action = Action.REVIEW,
    community: str | None = None,
    rule: str = "review.insult",
    score: float = 0.7,
    **comment: Any,
) -> Verdict:
    """A verdict that carries its comment; the text is the id unless given."""
    given = {} if community is None else {"community": community}
    return Verdict(
        id=comment_id,
        action=action,
        reasons=(Reason(rule, rule.partition(".")[2], score, 0.6),),
        scores={"insult": score},
        matches=(Match(0, 1, "idiot", "insult", 2),),
        scorer=Component("cascade", "1"),
        policy=Component("standard", "1"),
        cached=False,
        degraded=False,
        scored_at=(NOW + timedelta(seconds=after_s)).isoformat(timespec="milliseconds"),
        latency_ms=1.0,
        comment={"id": comment_id, "text": comment_id if text is None else text, **comment},
        **given,  # type: ignore[arg-type]
    )


def decided(
    comment_id: str | None,
    text: str,
    action: Action | None,
    *,
    after_s: float = 60.0,
    days: float | None = 30.0,
    community: str | None = None,
    undone: bool = False,
    by: str = "somebody",
) -> Feedback:
    """Feedback of somebody else's; `days` None is a decision about one comment only."""
    at = NOW + timedelta(seconds=after_s)
    expires = None if days is None or undone else (at + timedelta(days=days)).isoformat()
    return Feedback(
        source="cli", id=comment_id, text=text, action=action, at=at.isoformat(), by=by,
        expires_at=expires, community=community, undone=undone,
    )  # fmt: skip


class Kept:
    """A topic of feedback: what was kept, or a broker that confirms nothing."""

    def __init__(self) -> None:
        self.feedback: list[Feedback] = []
        self.is_away = False

    async def put(self, feedback: Feedback) -> None:
        if self.is_away:
            raise BrokerError("feedback: _MSG_TIMED_OUT")
        self.feedback.append(feedback)

    async def close(self) -> None:
        pass


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = {"feedback": {"to": "topic"}, "review": {"database": tmp_path / "review.db"}}
    return Settings.load(None, given)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture
def take_in(database: Database, settings: Settings) -> Callable[..., None]:
    """Applies verdicts and feedback, as the follower does."""
    intake = Intake(database, settings)
    return lambda *records: intake.apply([(record, 1.0) for record in records])
