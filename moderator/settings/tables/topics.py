"""`[topics]`: names and properties of the topics of comments, verdicts and dead letters."""

from __future__ import annotations

from moderator.settings.tables.section import Count, Positive, Section


class Topics(Section):
    """Names of the three topics, and how `moderator topics create` creates them."""

    comments: str = "comments"
    verdicts: str = "verdicts"
    dead_letters: str = "comments.dlq"
    partitions: Count = 12
    replication: Count | None = None
    retention_hours: Positive = 168.0
    dead_letter_retention_hours: Positive = 720.0
    compact_verdicts: bool = False
