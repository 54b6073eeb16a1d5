"""Parses and prints points in time as operators write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from time import time

from moderator.errors import SettingsError

_AGO = re.compile(r"(\d{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def parse_time(text: str | None, option: str) -> int | None:
    """Milliseconds since 1970 of `2h` (ago) or `2026-11-22T13:00Z`. Raises SettingsError."""
    if text is None:
        return None
    if ago := _AGO.fullmatch(text):
        return round((time() - int(ago[1]) * _SECONDS[ago[2]]) * 1000)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"{option}: {text!r} is not a time: write 30m, 2h, 7d (ago) or 2026-11-22T13:00Z"
        ) from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def iso(time_ms: int) -> str:
    """RFC 3339 in UTC, to the second."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
