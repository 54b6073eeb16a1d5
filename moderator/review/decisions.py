"""Decisions: on the topic of feedback first, confirmed, and only then in the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import time
from typing import NamedTuple

import msgspec

from moderator.api.refusal import RefusalError
from moderator.errors import ModeratorError
from moderator.feedback.decision import decision
from moderator.feedback.record import Feedback
from moderator.feedback.sink import FeedbackSink
from moderator.metrics import Metrics
from moderator.records import Action, Comment
from moderator.review.claims import Claims, Person
from moderator.review.database import Database
from moderator.review.held import Details
from moderator.review.intake import Intake
from moderator.settings import Settings

SOURCE = "review"
_LOG_ROWS = 50


class Wanted(NamedTuple):
    """What a person wants: `once` decides this comment only and holds for no other."""

    key: str
    id: str
    action: Action
    once: bool
    note: str | None


class Done(msgspec.Struct, frozen=True):
    """What was done about how many comments: `allow`, `block` or `undo`."""

    did: str
    id: str
    key: str
    comments: int


class AuditRow(msgspec.Struct, frozen=True):
    """A line of the audit; `by` is a keyed hash; `action` is None if a decision was taken back."""

    at: float
    by: str | None
    action: str | None
    id: str | None
    community: str | None
    source: str
    note: str | None
    holds: bool
    undone: bool


class Decisions:
    """Decides for people. A decision that the broker has not confirmed is not made."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        claims: Claims,
        sink: FeedbackSink,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._database = database
        self._intake = Intake(database, settings)
        self._claims = claims
        self._sink = sink
        self._metrics = metrics
        self._busy: set[str] = set()

    async def decide(self, person: Person, wanted: Wanted) -> Done:
        """Raises RefusalError: 409 if the text is not claimed or is decided, 503 if not kept."""
        with self._alone(wanted.key):
            claimed = await asyncio.to_thread(self._claimed, person, wanted)
            if isinstance(claimed, Done):
                return claimed
            comment, judged, same = claimed
            await self._keep(
                decision(
                    self._settings,
                    comment,
                    wanted.action,
                    source=SOURCE,
                    person=person.name,
                    note=wanted.note or None,
                    once=wanted.once,
                    verdict=judged,
                )
            )
        self._metrics.review_decisions.labels(wanted.action).inc()
        return Done(wanted.action, wanted.id, wanted.key, 1 if wanted.once else same)

    async def undo(self, person: Person) -> Done:
        """Take this person's last decision back that is in force. Raises RefusalError 404, 503."""
        row = await asyncio.to_thread(self._last, person)
        if row is None:
            raise RefusalError(404, "nothing_to_undo", "none of your decisions is in force")
        key, comment_id, text, community, comments = row
        with self._alone(key):
            await self._keep(
                decision(
                    self._settings,
                    Comment(comment_id, text, community),
                    None,
                    source=SOURCE,
                    person=person.name,
                )
            )
        self._metrics.review_decisions.labels("undo").inc()
        return Done("undo", comment_id, key, comments)

    def log(self, connection: sqlite3.Connection, community: str | None) -> list[AuditRow]:
        """The last decisions, newest first."""
        rows = connection.execute(
            "SELECT at, by, action, id, community, source, note, expires IS NOT NULL, undone "
            "FROM feedback WHERE coalesce(community, '') = coalesce(?, community, '') "
            "ORDER BY n DESC LIMIT ?",
            (community, _LOG_ROWS),
        )
        return [
            AuditRow(at, by, action, comment_id, place, source, note, bool(holds), bool(undone))
            for at, by, action, comment_id, place, source, note, holds, undone in rows
        ]

    def _claimed(self, person: Person, wanted: Wanted) -> Done | tuple[Comment, Action | None, int]:
        """The comment, what the filter decided, and how many have its text; the outcome if it was
        decided so before: an answer may have been lost."""
        now = time()
        with self._database.write() as connection:
            row = connection.execute(
                "SELECT i.text, i.community, i.details, i.held, f.action, f.by, t.held "
                "FROM items i LEFT JOIN feedback f ON f.n = i.decision "
                "LEFT JOIN texts t ON t.key = i.key WHERE i.id = ? AND i.key = ?",
                (wanted.id, wanted.key),
            ).fetchone()
            if row is None:
                raise RefusalError(409, "decided", "this comment is not held any more")
            text, community, details, is_held, action, by, same = row
            if not is_held:
                if (action, by) == (wanted.action, person.hash):
                    return Done(wanted.action, wanted.id, wanted.key, 0)
                raise RefusalError(409, "decided", "somebody else has decided about this text")
            self._claims.renew(connection, person, wanted.key, now)
            judged = msgspec.json.decode(details, type=Details).judged
            return Comment(wanted.id, text, community), judged, same

    def _last(self, person: Person) -> tuple[str, str, str, str | None, int] | None:
        with self._database.read() as connection:
            row: tuple[str, str, str, str | None, int] | None = connection.execute(
                "SELECT i.key, i.id, i.text, i.community, "
                "(SELECT count(*) FROM items o WHERE o.decision = f.n) "
                "FROM feedback f JOIN items i ON i.id = f.id AND i.decision = f.n "
                "WHERE f.by = ? AND f.source = ? ORDER BY f.n DESC LIMIT 1",
                (person.hash, SOURCE),
            ).fetchone()
            return row

    async def _keep(self, feedback: Feedback) -> None:
        try:
            await self._sink.put(feedback)
        except (ModeratorError, OSError):
            detail = "the broker has not confirmed it: nothing is decided, try again"
            raise RefusalError(503, "not_kept", detail, retry_after_s=5) from None
        # The follower brings the same record; the second one changes nothing.
        await asyncio.to_thread(self._intake.apply, [(feedback, 0.0)])

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        if key in self._busy:
            raise RefusalError(409, "busy", "a decision about this text is on its way")
        self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key)
