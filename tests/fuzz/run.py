"""Records through codec and pipeline, as the worker does it, without a sink."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import psutil

from moderator.metrics import Metrics
from moderator.records import Verdict, to_json, verdict_from_json
from moderator.settings import Settings
from moderator.stream.processor import BatchProcessor
from moderator.wiring import build_pipeline
from tests.fuzz.inputs import records
from tests.fuzz.wild import wild_records
from tests.unit.stream.fakes import FakeEvent, FakeMessage, FakeSink

BATCH = 64
_WARM_UP = 20_000


@dataclass
class Outcome:
    """What a run came to."""

    verdicts: int = 0
    dead_letters: Counter[str] = field(default_factory=Counter)
    """By reason."""
    slowest_batch_s: float = 0.0
    seconds: float = 0.0
    start_mib: float = 0.0
    peak_mib: float = 0.0


async def run(count: int, seed: int, *, wild: bool = False) -> Outcome:
    """Send `count` records; AssertionError if one does not end as it must.

    With `wild` they are those of `tests.fuzz.wild`, and verdicts carry their comments.
    """
    limits = {"dead_letter_run": 10**9, "dead_letter_ratio": 1.0, "batch_size": BATCH}
    settings = Settings.load(None, {"stream": {**limits, "carry_comment": wild}})
    metrics = Metrics()
    pipeline = build_pipeline(settings, metrics)
    sink = FakeSink()
    acked: list[int] = []
    processor = BatchProcessor(pipeline, sink, metrics, settings)
    task = asyncio.create_task(processor.run())
    outcome = Outcome()
    process = psutil.Process()
    began = time.perf_counter()
    source = wild_records(count, seed) if wild else records(count, seed)
    done = 0
    while values := list(islice(source, BATCH)):
        start = time.perf_counter()
        events = [FakeEvent(FakeMessage(value, n), acked) for n, value in enumerate(values)]
        await processor.put(events)
        while len(acked) < len(values) and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.0005)  # turning without a pause would starve the scorer
        if task.done():
            task.result()
        outcome.slowest_batch_s = max(outcome.slowest_batch_s, time.perf_counter() - start)
        check(values, sink, acked, outcome)
        sink.published.clear()
        acked.clear()
        done += len(values)
        if done % (10 * BATCH) == 0:
            mib = process.memory_info().rss / 2**20
            outcome.peak_mib = max(outcome.peak_mib, mib)
            if done <= _WARM_UP:
                outcome.start_mib = mib
    outcome.seconds = time.perf_counter() - began
    task.cancel()
    await asyncio.wait((task,))
    await pipeline.close()
    return outcome


def check(values: list[bytes | None], sink: FakeSink, acked: list[int], outcome: Outcome) -> None:
    """Each value is one verdict or one dead letter, in order, and the letter holds its bytes."""
    assert acked == list(range(len(values)))
    assert len(sink.published) == len(values)
    for value, (_, record) in zip(values, sink.published, strict=True):
        if isinstance(record, Verdict):
            verdict = verdict_from_json(to_json(record))
            assert not verdict.degraded, "a scorer failed"
            assert all(0 <= score <= 1 for score in verdict.scores.values())
            outcome.verdicts += 1
        else:
            assert record.value == (value or b"")
            reason = dict(record.headers)["__connect.errors.reason"]
            outcome.dead_letters[reason.decode()] += 1
