"""`[feedback]`: where people's decisions are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from moderator.settings.tables.section import Section


class Feedback(Section):
    """Where what people decide about comments is kept, with the comments' text."""

    to: Literal["off", "file", "topic"] = "off"
    file: Path = Path("feedback.jsonl")
    topic: str = "feedback"
