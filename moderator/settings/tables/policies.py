"""`[policies]`: where policies in force come from, and how a change reaches running processes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from moderator.settings.tables.section import Positive, Section


class PoliciesSettings(Section):
    """Whether workers follow the policy file or the topic that `moderator policy push` writes."""

    source: Literal["file", "topic"] = "file"
    topic: str = "policies"
    watch_s: Positive = 2.0
    statement: Path | None = None
    """A template for the statement of reasons that `moderator explain` writes."""
