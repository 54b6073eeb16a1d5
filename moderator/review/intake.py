"""Brings verdicts and feedback into the database: what is held, what is decided, what waits."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping

import msgspec

from moderator.feedback.record import Feedback
from moderator.records import Verdict, epoch_seconds
from moderator.review.database import Database
from moderator.review.held import PARENT_CHARACTERS, carried, held, text_key
from moderator.settings import Settings

Record = tuple[Verdict | Feedback, float]
"""A record, and the broker's time of it in seconds since 1970: what counts if it names none."""

Offsets = Mapping[tuple[str, int], int]
"""Topic and partition → the offset to go on from."""

_NOTE_CHARACTERS = 1_000

_IN_FORCE = """
UPDATE items SET decision = (
  SELECT f.n FROM feedback f WHERE f.undone = 0 AND f.action IS NOT NULL AND (
    (f.id = items.id AND f.text_key = items.text_key)
    OR (f.key = items.key AND f.expires > items.at)
  ) ORDER BY f.n DESC LIMIT 1
) WHERE """
_HELD = """
UPDATE items SET held = decision IS NULL OR (
  SELECT action FROM feedback WHERE n = decision
) = 'review' WHERE """


class Intake:
    """Applies records in the order of their topics; one that is applied twice changes nothing."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._actions = settings.review.actions
        self._parents = settings.review.parents

    def apply(self, records: Iterable[Record], offsets: Offsets | None = None) -> None:
        """All or none of it. `offsets` are kept with what was read up to them."""
        with self._database.write() as connection:
            touched: set[str] = set()
            for record, time in records:
                if isinstance(record, Verdict):
                    self._verdict(
                        connection, record, epoch_seconds(record.scored_at) or time, touched
                    )
                else:
                    _feedback(connection, record, epoch_seconds(record.at) or time, touched)
            for key in touched:
                _refresh(connection, key)
            connection.executemany(
                "INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)",
                [(*place, offset) for place, offset in (offsets or {}).items()],
            )
            if self._parents:
                connection.execute(
                    "DELETE FROM parents WHERE n <= (SELECT max(n) FROM parents) - ?",
                    (self._parents,),
                )

    def prune(self, items_before: float, feedback_before: float) -> None:
        """Forget decided comments and feedback that are older than the topics keep them."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM items WHERE held = 0 AND at < ?", (items_before,))
            connection.execute("DELETE FROM feedback WHERE at < ?", (feedback_before,))

    def _verdict(
        self, connection: sqlite3.Connection, verdict: Verdict, at: float, touched: set[str]
    ) -> None:
        comment = carried(verdict)
        if comment is not None and self._parents:
            connection.execute(
                "INSERT OR REPLACE INTO parents (id, text) VALUES (?, ?)",
                (verdict.id, comment["text"][:PARENT_CHARACTERS]),
            )
        known = connection.execute(
            "SELECT key, at FROM items WHERE id = ?", (verdict.id,)
        ).fetchone()
        if known is not None:
            if known[1] > at:
                return
            touched.add(known[0])
        if verdict.action not in self._actions:
            connection.execute("DELETE FROM items WHERE id = ?", (verdict.id,))
            return
        if comment is None:
            connection.execute(
                "INSERT INTO counts VALUES ('textless', 1) "
                "ON CONFLICT (name) DO UPDATE SET value = value + 1"
            )
            return
        item = held(verdict, comment, at)
        key = text_key(item.text, item.community)
        parent = connection.execute(
            "SELECT text FROM parents WHERE id = ?", (item.details.parent_id,)
        ).fetchone()
        connection.execute(
            "INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, 1)",
            (
                item.id, key, text_key(item.text, alone=True), item.text, item.community,
                item.action, item.at, item.score, item.details.parent_id,
                parent[0] if parent else None,
                msgspec.json.encode(item.details),
            ),
        )  # fmt: skip
        for statement in (_IN_FORCE, _HELD):
            connection.execute(f"{statement} id = ?", (item.id,))
        touched.add(key)


def _feedback(
    connection: sqlite3.Connection, feedback: Feedback, at: float, touched: set[str]
) -> None:
    if feedback.action is None and not feedback.undone:
        return  # a suggestion
    key = text_key(feedback.text, feedback.community)
    alone = text_key(feedback.text, alone=True)
    digest = hashlib.blake2b(msgspec.json.encode(feedback), digest_size=16).digest()
    action = None if feedback.undone else feedback.action
    added = connection.execute(
        "INSERT OR IGNORE INTO feedback "
        "(digest, id, key, text_key, community, action, at, expires, by, source, note) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            digest, feedback.id, key, alone, feedback.community, action, at,
            epoch_seconds(feedback.expires_at), feedback.by, feedback.source,
            feedback.note and feedback.note[:_NOTE_CHARACTERS],
        ),
    )  # fmt: skip
    if not added.rowcount:
        return
    if feedback.undone:
        connection.execute(
            "UPDATE feedback SET undone = 1 WHERE action IS NOT NULL AND ("
            "(key = ?1 AND (expires IS NOT NULL OR ?2 IS NULL)) OR (id = ?2 AND text_key = ?3))",
            (key, feedback.id, alone),
        )
    keys = {key}
    if feedback.id is not None:
        rows = connection.execute("SELECT key FROM items WHERE id = ?", (feedback.id,))
        keys.update(row[0] for row in rows)
    for affected in keys:
        for statement in (_IN_FORCE, _HELD):
            connection.execute(f"{statement} key = ?", (affected,))
    touched |= keys


def _refresh(connection: sqlite3.Connection, key: str) -> None:
    """The queue's entry for one text."""
    count, score, at, oldest = connection.execute(
        "SELECT count(*), max(score), max(at), min(at) FROM items WHERE key = ? AND held", (key,)
    ).fetchone()
    connection.execute("DELETE FROM reasons WHERE key = ?", (key,))
    if not count:
        for table in ("texts", "claims", "skips"):
            connection.execute(f"DELETE FROM {table} WHERE key = ?", (key,))
        return
    newest, community, action, details = connection.execute(
        "SELECT id, community, action, details FROM items "
        "WHERE key = ? AND held ORDER BY at DESC, id LIMIT 1",
        (key,),
    ).fetchone()
    connection.execute(
        "INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (key, community or "", action, count, score, at, oldest, newest),
    )
    rules = {reason["rule"] for reason in msgspec.json.decode(details)["reasons"]}
    connection.executemany("INSERT INTO reasons VALUES (?, ?)", [(rule, key) for rule in rules])
