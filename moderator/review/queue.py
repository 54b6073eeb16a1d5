"""What waits, page by page: equal texts of a community are one entry."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Literal

import msgspec

from moderator.records import Action

PAGE = 30
_PREVIEW = 160
_MAX_CHOICES = 100
_ORDERS = {
    "newest": "texts.at DESC, texts.key",
    "worst": "texts.score DESC, texts.at DESC, texts.key",
}

Order = Literal["newest", "worst"]


class View(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody wants to see. `order` is by default `review.order`; `community` "" means
    comments of none; `rule` is a reason's."""

    order: Order | None = None
    community: str | None = None
    rule: str | None = None
    action: Action | None = None

    def conditions(self, own: str | None) -> tuple[str, list[object]]:
        """An SQL condition on `texts`, and its values; `own` is the only community allowed."""
        conditions: list[tuple[str, object]] = []
        if self.community is not None:
            conditions.append(("texts.community = ?", self.community))
        if own is not None:
            conditions.append(("texts.community = ?", own))
        if self.action is not None:
            conditions.append(("texts.action = ?", self.action))
        if self.rule is not None:
            conditions.append(
                ("EXISTS (SELECT 1 FROM reasons r WHERE r.rule = ? AND r.key = texts.key)",
                 self.rule)
            )  # fmt: skip
        condition = " AND ".join(part for part, _ in conditions) or "TRUE"
        return condition, [value for _, value in conditions]

    @property
    def sorting(self) -> str:
        """The order, for SQL."""
        return _ORDERS[self.order or "newest"]

    def ordered(self, default: Order) -> View:
        """The same in this order, if it names none."""
        return self if self.order else msgspec.structs.replace(self, order=default)


class QueueEntry(msgspec.Struct, frozen=True):
    """An entry of the queue; `same` counts the comments that have the text."""

    key: str
    preview: str
    community: str
    action: str
    same: int
    at: float
    score: float
    is_claimed: bool


class Page(msgspec.Struct, frozen=True):
    """Entries in order, and how many comments and texts the filters let through."""

    rows: list[QueueEntry]
    comments: int
    texts: int
    oldest: float | None


class Choices(msgspec.Struct, frozen=True):
    """What can be filtered by, with the number of texts each; the most frequent first."""

    communities: list[tuple[str, int]]
    rules: list[tuple[str, int]]


def waiting(connection: sqlite3.Connection) -> tuple[int, float | None]:
    """How many comments wait, and since when the oldest has been held."""
    comments, oldest = connection.execute(
        "SELECT coalesce(sum(held), 0), min(oldest) FROM texts"
    ).fetchone()
    return comments, oldest


def page(
    connection: sqlite3.Connection, view: View, own: str | None, start: int, now: float
) -> Page:
    """The entries from number `start` on."""
    condition, values = view.conditions(own)
    comments, texts, oldest = connection.execute(
        f"SELECT coalesce(sum(held), 0), count(*), min(oldest) FROM texts WHERE {condition}",
        values,
    ).fetchone()
    rows = connection.execute(
        "SELECT texts.key, substr(items.text, 1, ?), texts.community, texts.action, texts.held, "
        "texts.at, texts.score, coalesce(claims.until > ?, 0) "
        "FROM texts JOIN items ON items.id = texts.newest "
        f"LEFT JOIN claims ON claims.key = texts.key WHERE {condition} "
        f"ORDER BY {view.sorting} LIMIT ? OFFSET ?",
        (_PREVIEW, now, *values, PAGE, start),
    )
    items = [
        QueueEntry(key, preview, community, action, same, at, score, bool(claimed))
        for key, preview, community, action, same, at, score, claimed in rows
    ]
    return Page(items, comments, texts, oldest)


def choices(connection: sqlite3.Connection, own: str | None) -> Choices:
    """The communities and rules of what waits."""
    condition, values = View().conditions(own)

    def counted(query: str) -> Iterator[tuple[str, int]]:
        yield from connection.execute(query, (*values, _MAX_CHOICES))

    return Choices(
        list(
            counted(
                f"SELECT community, count(*) n FROM texts WHERE {condition} "
                "GROUP BY community ORDER BY n DESC, community LIMIT ?"
            )
        ),
        list(
            counted(
                "SELECT rule, count(*) n FROM reasons JOIN texts ON texts.key = reasons.key "
                f"WHERE {condition} GROUP BY rule ORDER BY n DESC, rule LIMIT ?"
            )
        ),
    )
