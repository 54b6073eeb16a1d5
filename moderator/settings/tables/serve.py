"""`[serve]`: the HTTP API's address, access, limits and batching."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from moderator.settings.tables.section import Count, Port, Positive, Section


class Serve(Section):
    """How `moderator serve` listens, whom it lets in, and how requests become batches."""

    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: str = ""
    with_worker: bool = False
    tokens: Path | None = None
    rate: Annotated[str, Field(pattern=r"^(\d{1,9}/(second|minute|hour|day))?$")] = ""
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    ssl_keyfile_password: SecretStr = SecretStr("")
    cors_origins: tuple[str, ...] = ()
    latency_budget_ms: Positive = 5.0
    batch_comments: Count = 64
    queue_comments: Count = 2_000
    queue_ms: Positive = 60.0
    timeout_ms: Positive = 10_000.0
    max_comments: Count = 1_000
    max_body_bytes: Count = 2_097_152
    body_timeout_s: Positive = 10.0
    idle_s: Positive = 60.0
    connections: Count = 4_096
    drain_s: Positive = 25.0
    perspective_map: Path | None = None
