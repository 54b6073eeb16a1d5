"""Sends verdicts to one sink and dead letters to another, by their type."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from moderator.records import Verdict
from moderator.sinks.base import Outcome, Undelivered, VerdictSink


class SplitSink:
    """Gives `verdicts` only verdicts; dead letters go to `dead_letters`, where redrive reads."""

    def __init__(self, *, verdicts: VerdictSink, dead_letters: VerdictSink) -> None:
        self._verdicts = verdicts
        self._dead_letters = dead_letters

    async def start(self) -> None:
        """Start both."""
        await self._dead_letters.start()
        await self._verdicts.start()

    async def publish(self, batch: Sequence[Outcome]) -> Undelivered:
        """Publish to both at the same time."""
        verdicts = [outcome for outcome in batch if isinstance(outcome.record, Verdict)]
        letters = [outcome for outcome in batch if not isinstance(outcome.record, Verdict)]
        calls = [
            sink.publish(part)
            for sink, part in ((self._verdicts, verdicts), (self._dead_letters, letters))
            if part
        ]
        results = await asyncio.gather(*calls)
        return Undelivered(
            [outcome for result in results for outcome in result.unconfirmed],
            [outcome for result in results for outcome in result.too_large],
            [cause for result in results for cause in result.causes],
        )

    async def flush(self) -> None:
        """Flush both."""
        await asyncio.gather(self._verdicts.flush(), self._dead_letters.flush())

    async def close(self) -> None:
        """Close both."""
        await asyncio.gather(self._verdicts.close(), self._dead_letters.close())
