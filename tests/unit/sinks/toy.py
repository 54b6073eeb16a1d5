"""A sink of a few lines: what somebody would write who has no Kafka for verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from moderator.records import Verdict
from moderator.settings import Settings
from moderator.sinks.base import Outcome, Undelivered


class ToySink:
    """Keeps a line for each verdict and each call."""

    instances: ClassVar[list[ToySink]] = []

    def __init__(self, _: Settings) -> None:
        self.lines: list[str] = []
        self.instances.append(self)

    async def start(self) -> None:
        self.lines.append("start")

    async def publish(self, batch: Sequence[Outcome]) -> Undelivered:
        for outcome in batch:
            assert isinstance(outcome.record, Verdict)
            self.lines.append(f"{outcome.record.id} {outcome.record.action.value}")
        return Undelivered()

    async def flush(self) -> None:
        self.lines.append("flush")

    async def close(self) -> None:
        self.lines.append("close")
