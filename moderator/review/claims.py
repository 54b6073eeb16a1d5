"""Who has which text open: two people never have the same one, and a claim ends with its lease."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

import msgspec

from moderator.api.refusal import RefusalError
from moderator.records import Reason
from moderator.review.held import Details, MarkedSpan
from moderator.review.queue import View

_MAX_CHARACTERS = 20_000


class Person(NamedTuple):
    """Who asks: the token's name and a keyed hash of it, this browser tab's name, and the only
    community that the token may see."""

    name: str
    hash: str
    tab: str
    community: str | None

    @property
    def holder(self) -> str:
        """Who holds a claim: one tab of a person, so that a shared token claims nothing twice."""
        return f"{self.hash}/{self.tab}"


class Parent(msgspec.Struct, frozen=True):
    """What a comment answers; `text` is None if it is not known."""

    id: str
    text: str | None


class ClaimedText(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed text: its newest comment. `same` counts all that have it; `characters` are those
    of the whole text, of which the first 20,000 are here. `lease_s` is how long the claim lasts."""

    key: str
    id: str
    text: str
    characters: int
    community: str | None
    action: str
    author: str | None
    created_at: str | None
    scored_at: str
    parent: Parent | None
    reasons: list[Reason]
    spans: list[MarkedSpan]
    policy: str
    language: str
    degraded: bool
    same: int
    lease_s: float


class Claims:
    """Claims in the database; every method is one transaction of the caller's."""

    def __init__(self, lease_s: float) -> None:
        self._lease_s = lease_s

    def next(
        self, connection: sqlite3.Connection, person: Person, view: View, now: float
    ) -> ClaimedText | None:
        """The text that this tab has open, or else the next free one that was not skipped."""
        condition, values = view.conditions(person.community)
        own = connection.execute(
            "SELECT claims.key FROM claims JOIN texts ON texts.key = claims.key "
            f"WHERE holder = ? AND until > ? AND {condition}",
            (person.holder, now, *values),
        ).fetchone()
        free = (
            own
            or connection.execute(
                f"SELECT texts.key FROM texts WHERE {condition} "
                "AND texts.key NOT IN (SELECT key FROM claims WHERE until > ?) "
                "AND texts.key NOT IN (SELECT key FROM skips WHERE person = ?) "
                f"ORDER BY {view.sorting} LIMIT 1",
                (*values, now, person.hash),
            ).fetchone()
        )
        return self._claim(connection, person, free[0], now) if free else None

    def take(
        self, connection: sqlite3.Connection, person: Person, key: str, now: float
    ) -> ClaimedText:
        """A certain text. Raises RefusalError 409 `taken` or `decided`."""
        holder = connection.execute(
            "SELECT holder FROM claims WHERE key = ? AND until > ?", (key, now)
        ).fetchone()
        if holder is not None and holder[0] != person.holder:
            raise RefusalError(409, "taken", "somebody else has this text open")
        waits = connection.execute(
            "SELECT 1 FROM texts WHERE key = ? AND community = coalesce(?, community)",
            (key, person.community),
        ).fetchone()
        if waits is None:
            raise RefusalError(409, "decided", "no comment with this text waits any more")
        return self._claim(connection, person, key, now)

    def renew(self, connection: sqlite3.Connection, person: Person, key: str, now: float) -> None:
        """A new lease. Raises RefusalError 409 `not_claimed` if the claim has ended."""
        renewed = connection.execute(
            "UPDATE claims SET until = ? WHERE key = ? AND holder = ? AND until > ?",
            (now + self._lease_s, key, person.holder, now),
        )
        if not renewed.rowcount:
            raise RefusalError(409, "not_claimed", "your claim on this text has ended")

    def skip(self, connection: sqlite3.Connection, person: Person, key: str) -> None:
        """Leave a text to others; this person is not offered it until `again`."""
        connection.execute("DELETE FROM claims WHERE key = ? AND holder = ?", (key, person.holder))
        connection.execute(
            "INSERT OR IGNORE INTO skips SELECT ?, key FROM texts WHERE key = ?",
            (person.hash, key),
        )

    def skipped(self, connection: sqlite3.Connection, person: Person) -> int:
        """How many texts this person has skipped that still wait."""
        query = "SELECT count(*) FROM skips WHERE person = ?"
        return int(connection.execute(query, (person.hash,)).fetchone()[0])

    def again(self, connection: sqlite3.Connection, person: Person) -> None:
        """Offer what this person has skipped once more."""
        connection.execute("DELETE FROM skips WHERE person = ?", (person.hash,))

    def _claim(
        self, connection: sqlite3.Connection, person: Person, key: str, now: float
    ) -> ClaimedText:
        connection.execute("DELETE FROM claims WHERE holder = ? OR key = ?", (person.holder, key))
        connection.execute(
            "INSERT INTO claims VALUES (?, ?, ?)", (key, person.holder, now + self._lease_s)
        )
        return self._item(connection, key)

    def _item(self, connection: sqlite3.Connection, key: str) -> ClaimedText:
        row = connection.execute(
            "SELECT i.id, i.text, i.community, i.action, i.parent_id, "
            "coalesce(i.parent_text, p.text), i.details, t.held "
            "FROM texts t JOIN items i ON i.id = t.newest "
            "LEFT JOIN parents p ON p.id = i.parent_id WHERE t.key = ?",
            (key,),
        ).fetchone()
        comment_id, text, community, action, parent_id, parent_text, details, same = row
        shown = msgspec.json.decode(details, type=Details)
        return ClaimedText(
            key=key,
            id=comment_id,
            text=text[:_MAX_CHARACTERS],
            characters=len(text),
            community=community,
            action=action,
            author=shown.author,
            created_at=shown.created_at,
            scored_at=shown.scored_at,
            parent=None if parent_id is None else Parent(parent_id, parent_text),
            reasons=shown.reasons,
            spans=shown.spans,
            policy=shown.policy,
            language=shown.language,
            degraded=shown.degraded,
            same=same,
            lease_s=self._lease_s,
        )
