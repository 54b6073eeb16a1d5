"""One comment to judge, and which of its fields are on the wire."""

from __future__ import annotations

from typing import Any

import msgspec


class CommentContext(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the platform knows about a comment's author; a policy's rules may look at it.

    `account_age_days` is the age of the author's account in days, `prior_holds` how many earlier
    comments of the author were held or blocked.
    """

    author_role: str | None = None
    account_age_days: float | None = None
    prior_holds: int | None = None


class Comment(msgspec.Struct, frozen=True, omit_defaults=True):
    """One comment to judge. `created_at` is RFC 3339 and carried as it came."""

    id: str
    text: str
    community: str | None = None
    author: str | None = None
    created_at: str | None = None
    parent_id: str | None = None
    extra: dict[str, Any] = {}
    """Fields this package does not know, kept only when the settings ask for them."""
    context: CommentContext | None = None


WIRE_FIELDS = tuple(name for name in Comment.__struct_fields__ if name != "extra")
"""The fields that a comment on the wire may have, in order."""

OPTIONAL_FIELDS = tuple(name for name in WIRE_FIELDS if name not in ("id", "text", "context"))
"""Those of them that may be left out; each is a string."""
