"""A worker process with a scorer of known misbehaviour: `python -m tests.integration.stub_worker`.

Everything but the scorer is the real thing.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import faust

from moderator.errors import ScorerError
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.processes.logs import configure_logging
from moderator.quoting.document import Document
from moderator.records import Action, Scored
from moderator.scorers.cascade import Cascade, Stage
from moderator.settings import Settings
from moderator.stream.runner import work
from moderator.stream.worker import Worker
from moderator.testing import StubScorer
from moderator.wiring import CascadeObserver, build_cache


class Misbehaving(StubScorer):
    """Waits `delay_s` a batch; does what the file `mood` says: raise, hang, nan, or nothing."""

    def __init__(self, delay_s: float, mood: Path | None) -> None:
        super().__init__()
        self._delay_s = delay_s
        self._mood = mood

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        mood = self._mood.read_text() if self._mood and self._mood.exists() else ""
        time.sleep(self._delay_s)
        if mood == "raise":
            raise ScorerError("as ordered")
        while mood == "hang":
            time.sleep(1)
        value = float("nan") if mood == "nan" else 0.1
        return [Scored({"toxicity": value}) for _ in documents]


def acknowledge_in_finally() -> None:
    """Make `noack_take` do what `take` does: acknowledge when the batch was handed over."""
    original: Any = faust.Stream.noack_take

    async def take(self: Any, max_: int, within: float) -> AsyncIterator[Any]:
        async for events in original(self, max_, within):
            try:
                yield events
            finally:
                for event in events:
                    event.confirm()

    stream: Any = faust.Stream
    stream.noack_take = take


def stub_pipeline(settings: Settings, scorer: StubScorer, metrics: Metrics) -> Pipeline:
    policy = Policy(review={"toxicity": 0.5}, on_scorer_failure=Action.REVIEW)
    policies = Policies("only", {"only": policy}, {})
    return Pipeline(
        Cascade([Stage(scorer)], CascadeObserver(metrics, policies)),
        build_cache(settings, metrics),
        policies,
        metrics,
        executor=ThreadPoolExecutor(1),
    )


async def run(settings: Settings, scorer: StubScorer) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    metrics = Metrics()
    await work(Worker(settings, stub_pipeline(settings, scorer, metrics), metrics), stop)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay-s", type=float, default=0.0)
    parser.add_argument("--mood", type=Path)
    parser.add_argument("--take", action="store_true")
    options = parser.parse_args()
    if options.take:
        acknowledge_in_finally()
    configure_logging()
    asyncio.run(run(Settings.load(), Misbehaving(options.delay_s, options.mood)))


if __name__ == "__main__":
    main()
