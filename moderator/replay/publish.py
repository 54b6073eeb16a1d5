"""Replay onto the topic: rows published as comments, at a pace, confirmed by the broker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from moderator.kafka.comment_producer import CommentProducer
from moderator.records import Comment, Verdict
from moderator.replay.pace import batches
from moderator.replay.report import Report
from moderator.replay.rows import Row
from moderator.replay.run import OnError, sound
from moderator.settings import Settings

_CHUNK = 64
"""Rows handed over at once; small, so that a pace is kept evenly."""


async def publish(
    settings: Settings,
    rows: Iterable[Row],
    *,
    rate: float | None = None,
    on_error: OnError,
    on_publish: Callable[[Sequence[Comment]], None] = lambda _: None,
    on_verdict: Callable[[Verdict, float], None] | None = None,
) -> Report:
    """Publish every sound row and report.

    With `on_verdict` the run waits for each comment's verdict, and reports it with the
    milliseconds since its comment was handed over. Raises BrokerError.
    """
    report = Report()
    sent_at: dict[str, float] = {}

    def heard(verdicts: Sequence[Verdict]) -> None:
        now = perf_counter()
        for verdict in verdicts:
            latency_ms = (now - sent_at.pop(verdict.id, now)) * 1000
            report.count(verdict, latency_ms)
            if on_verdict is not None:
                on_verdict(verdict, latency_ms)

    start = perf_counter()
    async with CommentProducer(settings, heard if on_verdict is not None else None) as publisher:
        async for batch in batches(rows, _CHUNK, rate):
            comments = sound(batch, report, on_error)
            on_publish(comments)
            now = perf_counter()
            if on_verdict is not None:
                sent_at.update((comment.id, now) for comment in comments)
            await publisher.publish(comments)
        await publisher.finish()
        report.published = publisher.published
        report.dead_letters = publisher.dead_letters
    report.seconds = perf_counter() - start
    return report
