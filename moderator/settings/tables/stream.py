"""`[stream]`: how the worker consumes comments and when it gives up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from moderator.settings.tables.section import Count, Positive, Section


class Stream(Section):
    """How the worker consumes comments, retries and halts."""

    group: str = "moderator"
    instance_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,200}$")] = ""
    batch_size: Count = 256
    latency_budget_ms: Positive = 50.0
    max_text_bytes: Count = 65_536
    carry_comment: bool = False
    commit_interval_s: Positive = 1.0
    session_timeout_s: Positive = 30.0
    drain_s: Positive = 25.0
    retry_initial_ms: Positive = 100.0
    retry_max_ms: Positive = 5_000.0
    retry_for_s: Positive = 300.0
    dead_letter_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    dead_letter_window: Count = 1_000
    dead_letter_run: Count = 500
    on_halt: Literal["hold", "exit"] = "hold"
    watchdog_s: Positive = 120.0
    sink: str = "kafka"
    on_lost_offsets: Literal["stop", "earliest", "latest"] = "stop"
