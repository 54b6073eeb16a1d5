"""`[feedback]`: where people's decisions are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from moderator.settings.tables.section import Positive, Section


class FeedbackSettings(Section):
    """Where people's decisions about comments are kept, with the comments' text."""

    to: Literal["off", "file", "topic"] = "off"
    file: Path = Path("feedback.jsonl")
    topic: str = "feedback"
    retention_hours: Positive = 8_760.0
    days: Positive = 30.0
