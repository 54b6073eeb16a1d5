"""`[review]`: the review page's address and access, what it holds, and how long a claim lasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from moderator.records import Action
from moderator.settings.tables.section import Port, Positive, Section


class Review(Section):
    """How `moderator review` listens, and which comments it offers to people.

    `tokens` is `serve.tokens` if it is not set. `lease_s` is how long a comment stays with whoever
    has it open, without a sign of life. `parents` comments, the last ones, are kept to show what a
    held comment answers.
    """

    host: str = "127.0.0.1"
    port: Port = 8081
    tokens: Path | None = None
    allowed_hosts: tuple[str, ...] = ()
    database: Path = Path("review.db")
    actions: Annotated[tuple[Action, ...], Field(min_length=1)] = (Action.REVIEW,)
    order: Literal["newest", "worst"] = "newest"
    lease_s: Positive = 120.0
    parents: Annotated[int, Field(ge=0, le=10_000_000)] = 100_000
