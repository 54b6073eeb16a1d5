"""`[cache]`: where scores and verdicts are kept, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from moderator.settings.tables.section import Count, Positive, Section


class Cache(Section):
    """Where scored items are kept, and for how long."""

    backend: Literal["memory", "redis"] = "memory"
    url: SecretStr = SecretStr("redis://localhost:6379/0")
    cluster: bool = False
    ssl_cafile: Path | None = None
    secret: SecretStr = SecretStr("")
    score_ttl_s: Count = 86_400
    verdict_ttl_s: Count = 604_800
    memory_items: Count = 50_000
    timeout_ms: Positive = 100.0
    breaker_failures: Count = 3
    breaker_open_s: Positive = 2.0
