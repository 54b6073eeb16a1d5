"""Times in records: RFC 3339 as seconds since 1970."""

from __future__ import annotations

from datetime import datetime


def epoch_seconds(time: str | None) -> float | None:
    """Seconds since 1970; None if it is not a time: somebody else may have written it."""
    try:
        return datetime.fromisoformat(time or "").timestamp()
    except (ValueError, OverflowError):
        return None
