"""A topic's records, a judge and a broker without any of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from moderator.records import Action, Comment, Component, Verdict
from moderator.stream.producer import OutgoingRecord, Unconfirmed


@dataclass
class FakeMessage:
    value: bytes | None
    offset: int = 0
    partition: int = 0
    topic: str = "comments"
    timestamp: float = field(default_factory=time.time)
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] | None = None


class FakeEvent:
    """Notes its acknowledgement in `acked`."""

    def __init__(self, message: FakeMessage, acked: list[int]) -> None:
        self.message = message
        self._acked = acked

    def confirm(self) -> bool:
        self._acked.append(self.message.offset)
        return True


class FakeJudge:
    """Allows everything; `before` may block or raise."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        self.batches: list[int] = []
        self._before = before

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]:
        self._before()
        self.batches.append(len(comments))
        one = Component("stub", "1")
        return [
            Verdict(
                id=comment.id, action=Action.ALLOW, reasons=(), scores={}, matches=(), scorer=one,
                policy=one, cached=False, degraded=False, scored_at="", latency_ms=0.0,
            )
            for comment in comments
        ]  # fmt: skip


class FakeBroker:
    """Confirms all, unless told otherwise; `gate` holds confirmations back."""

    def __init__(self) -> None:
        self.published: list[OutgoingRecord] = []
        self.calls = 0
        self.failures = 0
        """So many of the next calls confirm only their first record."""
        self.most_bytes = 10**9
        self.gate = asyncio.Event()
        self.gate.set()

    async def publish(self, records: Sequence[OutgoingRecord]) -> Unconfirmed:
        self.calls += 1
        await self.gate.wait()
        too_large = [record for record in records if len(record.value) > self.most_bytes]
        fitting = [record for record in records if len(record.value) <= self.most_bytes]
        confirmed = len(fitting)
        if self.failures:
            self.failures -= 1
            confirmed = 1
        self.published += fitting[:confirmed]
        return Unconfirmed(fitting[confirmed:], too_large)
