"""A worker's port without a worker: metrics of comments that nobody sent, from a seeded generator.

`python -m tests.fake_worker [PORT]` serves it until it is interrupted.
"""

from __future__ import annotations

import asyncio
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.records import Action, Component, Match, Reason, Verdict
from moderator.settings import Http

COMMUNITIES = ("games", "news", "a-community-whose-name-is-as-long-as-anybody-would-make-it")
SAMPLE_S = 0.5
"""Of the ten minutes that the page shows; a worker samples less often."""
RULES = {Action.BLOCK: "block.identity_attack", Action.REVIEW: "review.scorer_failed"}
CATEGORIES = ("insult", "slur_orientation", "scatological")


class FakeWorker:
    """Call `work` to let some comments pass; `metrics` is what the port shows."""

    def __init__(self, seed: int = 1) -> None:
        self.metrics = Metrics(communities=COMMUNITIES)
        self.unready: str | None = None
        self._random = random.Random(seed)
        self.metrics.set_versions("package", [Component("moderator", "0.2.0")])
        self.metrics.set_versions("policy", [Component("standard", "abc")])
        self.metrics.cache_up.labels("redis").set(1)

    def work(self, comments: int) -> None:
        """One batch of comments, a tenth of them blocked, half of them cached."""
        draw, metrics = self._random.random, self.metrics
        actions = [
            (Action.BLOCK, Action.REVIEW, *[Action.ALLOW] * 8)[n % 10] for n in range(comments)
        ]
        metrics.observe_verdicts(
            [_verdict(action, n) for n, action in enumerate(actions)],
            [COMMUNITIES[n % len(COMMUNITIES)] for n in range(comments)],
        )
        for _ in range(comments):
            metrics.end_to_end_seconds.observe(0.005 + 0.04 * draw() ** 4)
            metrics.queue_seconds.observe(0.002 + 0.01 * draw())
            metrics.scores.labels("toxicity").observe(draw() ** 5)
        metrics.cache_requests.labels("memory", "hit").inc(comments // 2)
        metrics.cache_requests.labels("memory", "miss").inc(comments - comments // 2)
        metrics.cache_requests.labels("redis", "miss").inc(comments - comments // 2)
        for stage in (
            "decode",
            "cache_get",
            "normalise",
            "score",
            "decide",
            "cache_set",
            "publish",
        ):
            metrics.stage_seconds.labels(stage).observe(comments * 4e-6 * (1 + draw()))
        for scorer in ("lexicon", "compact", "compact_encoder", "multilingual_encoder"):
            metrics.stage_took(scorer, comments // 2, comments * 6e-6 * (1 + draw()))
        metrics.set_backlog({n: (int(40 * draw()), 0.05 * draw()) for n in range(4)})

    def fail(self) -> None:
        """Let everything go wrong that the page reports."""
        metrics = self.metrics
        metrics.cache_up.labels("redis").set(0)
        metrics.cache_failing.labels("authentication").set(1)
        metrics.halted.set(1)
        metrics.observe_consumer({"lost_offsets": 2}, {})
        metrics.scorer_errors.labels("compact").inc(1000)
        metrics.cache_errors.labels("get").inc(1000)
        metrics.cache_requests.labels("redis", "open").inc(1000)
        metrics.dead_letters.labels("decode", "json").inc(1000)
        metrics.set_backlog(dict.fromkeys(range(64), (12345678, 4000.0)))


def _verdict(action: Action, number: int) -> Verdict:
    rule = RULES.get(action)
    category = CATEGORIES[number % len(CATEGORIES)]
    reasons = (Reason(rule, rule.split(".")[1], 1.0, 0.5),) if rule else ()
    return Verdict(
        id="1", action=action, reasons=reasons,
        scores={}, matches=(Match(0, 4, "term", category, 2),) if number % 7 == 0 else (),
        scorer=Component("s", "1"), policy=Component("standard", "abc"), cached=number % 2 == 0,
        degraded=False, scored_at="", latency_ms=1.0, language=("en", "de")[number % 2],
        language_probability=1.0,
    )  # fmt: skip


@contextmanager
def serving(worker: FakeWorker, port: int = 0) -> Iterator[str]:
    """The address of the worker's port while the block runs: a real health server."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = HealthServer(
        Http(port=port), worker.metrics.exposition, lambda: worker.unready, sample_s=SAMPLE_S
    )
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(30)
        yield server.address
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


if __name__ == "__main__":
    fake = FakeWorker()
    with serving(fake, int(sys.argv[1]) if len(sys.argv) > 1 else 0) as address:
        print(f"http://{address}/", flush=True)
        pause = threading.Event()
        while not pause.wait(0.1):
            fake.work(80 + random.randrange(60))
