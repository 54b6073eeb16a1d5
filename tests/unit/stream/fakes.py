"""Fakes of a topic's records, of a judge and of a sink."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from moderator.records import Action, Comment, Component, DeadLetter, Verdict, to_json
from moderator.sinks.base import Outcome, Undelivered


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
    """Adds its offset to `acked` when it is acknowledged."""

    def __init__(self, message: FakeMessage, acked: list[int]) -> None:
        self.message = message
        self._acked = acked

    def confirm(self) -> bool:
        self._acked.append(self.message.offset)
        return True


class FakeJudge:
    """Allows everything; `before` is given the texts of a batch, and may block, wait or raise."""

    def __init__(self, before: Callable[[Sequence[Comment]], None] = lambda _: None) -> None:
        self.batches: list[int] = []
        self._before = before

    async def moderate(self, comments: Sequence[Comment]) -> list[Verdict]:
        self._before(comments)
        self.batches.append(len(comments))
        stub = Component("stub", "1")
        return [
            Verdict(
                id=comment.id, action=Action.ALLOW, reasons=(), scores={}, matches=(), scorer=stub,
                policy=stub, cached=False, degraded=False, scored_at="", latency_ms=0.0,
            )
            for comment in comments
        ]  # fmt: skip


class FakeSink:
    """Confirms everything by default; `gate` holds confirmations back."""

    def __init__(self) -> None:
        self.published: list[Outcome] = []
        self.calls = 0
        self.failures = 0
        """How many of the next calls confirm only their first outcome."""
        self.verdict_bytes = 10**9
        self.letter_bytes = 10**9
        """Larger records are refused."""
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdicts among `published`."""
        return [o.record for o in self.published if isinstance(o.record, Verdict)]

    @property
    def letters(self) -> list[DeadLetter]:
        """The dead letters among `published`."""
        return [o.record for o in self.published if isinstance(o.record, DeadLetter)]

    async def start(self) -> None:
        pass

    async def publish(self, batch: Sequence[Outcome]) -> Undelivered:
        self.calls += 1
        await self.gate.wait()
        too_large = [outcome for outcome in batch if not self._fits(outcome)]
        fitting = [outcome for outcome in batch if self._fits(outcome)]
        confirmed = len(fitting)
        if self.failures:
            self.failures -= 1
            confirmed = 1
        self.published += fitting[:confirmed]
        return Undelivered(fitting[confirmed:], too_large)

    async def flush(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def _fits(self, outcome: Outcome) -> bool:
        record = outcome.record
        if isinstance(record, Verdict):
            return len(to_json(record)) <= self.verdict_bytes
        headers = sum(len(name) + len(value) for name, value in record.headers)
        return len(record.key or b"") + len(record.value) + headers <= self.letter_bytes
