"""Every metric: name, help, labels and buckets in one place.

Label values are bounded: none is user text, an author, or a community that the settings do not
list. Seconds and bytes throughout; counters end in `_total`.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from moderator.records import Component, Scored, Verdict

SECONDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
)  # fmt: skip
"""Buckets that resolve 1 ms to 60 s."""

STAGE_SECONDS = (0.0001, 0.00025, 0.0005, *SECONDS)
PROBABILITIES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(
        self, registry: CollectorRegistry | None = None, communities: Collection[str] = ()
    ) -> None:
        self.registry = registry = registry or CollectorRegistry()
        self._communities = frozenset(communities)
        self.comments = Counter(
            "moderator_comments_total",
            "Comments judged, by action, source of the scores and community.",
            ("action", "source", "community"),
            registry=registry,
        )
        self.degraded = Counter(
            "moderator_comments_degraded_total",
            "Comments judged without one of the scorers.",
            registry=registry,
        )
        self.batch_size = Histogram(
            "moderator_batch_comments",
            "Comments judged together.",
            buckets=BATCHES,
            registry=registry,
        )
        self.stage_seconds = Histogram(
            "moderator_stage_seconds",
            "Time of one stage for one batch.",
            ("stage",),
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self.end_to_end_seconds = Histogram(
            "moderator_end_to_end_seconds",
            "From a record's timestamp to its verdict's confirmation by the broker.",
            buckets=SECONDS,
            registry=registry,
        )
        self.queue_seconds = Histogram(
            "moderator_queue_seconds",
            "From a record's timestamp to the worker's taking of it.",
            buckets=SECONDS,
            registry=registry,
        )
        self.cache_requests = Counter(
            "moderator_cache_requests_total",
            "Look-ups of scores by cache and result: hit, miss, error, open (circuit breaker).",
            ("cache", "result"),
            registry=registry,
        )
        self.cache_errors = Counter(
            "moderator_cache_errors_total",
            "Failed round trips to the cache, by operation.",
            ("operation",),
            registry=registry,
        )
        self.cache_up = Gauge(
            "moderator_cache_up",
            "1 while the cache is asked, 0 while its circuit breaker leaves it alone.",
            ("cache",),
            registry=registry,
            multiprocess_mode="livemin",
        )
        self.scorer_errors = Counter(
            "moderator_scorer_errors_total",
            "Documents that a scorer could not judge.",
            ("scorer",),
            registry=registry,
        )
        self.scorer_documents = Counter(
            "moderator_scorer_documents_total",
            "Documents that reached a scorer.",
            ("scorer",),
            registry=registry,
        )
        self.scorer_refined = Counter(
            "moderator_scorer_refined_total",
            "Documents judged again by a scorer with a band, and whether the action changed.",
            ("scorer", "changed"),
            registry=registry,
        )
        self.dead_letters = Counter(
            "moderator_dead_letters_total",
            "Records put to the dead-letter topic, by stage and reason.",
            ("stage", "reason"),
            registry=registry,
        )
        self.retries = Counter(
            "moderator_retries_total",
            "Operations tried again after a transient failure.",
            ("operation",),
            registry=registry,
        )
        self.lag = Gauge(
            "moderator_consumer_lag_messages",
            "Records of a partition that are not yet acknowledged.",
            ("partition",),
            registry=registry,
            multiprocess_mode="livemostrecent",
        )
        self.oldest = Gauge(
            "moderator_oldest_unprocessed_seconds",
            "Age of the oldest comment of a partition that has no verdict yet; 0 where none waits.",
            ("partition",),
            registry=registry,
            multiprocess_mode="livemostrecent",
        )
        self.scores = Histogram(
            "moderator_score",
            "Scores by label, once for each text that was scored (not for cached ones).",
            ("label",),
            buckets=PROBABILITIES,
            registry=registry,
        )
        self.build = Gauge(
            "moderator_build_info",
            "Always 1: versions of the package, the scorers and the policies.",
            ("component", "name", "version"),
            registry=registry,
            multiprocess_mode="livemax",
        )

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; a stage that raises is not counted."""
        start = perf_counter()
        yield
        self.stage_seconds.labels(name).observe(perf_counter() - start)

    def stage_took(self, name: str, documents: int, seconds: float) -> None:
        """A scorer saw so many documents for so long."""
        self.scorer_documents.labels(name).inc(documents)
        self.stage_seconds.labels(f"scorer_{name}").observe(seconds)

    def stage_failed(self, name: str, documents: int) -> None:
        """A scorer gave no answer for so many documents."""
        self.scorer_errors.labels(name).inc(documents)

    def observe_scores(self, scored: Iterable[Scored]) -> None:
        """Count freshly computed scores into their distributions."""
        children: dict[str, Histogram] = {}
        for one in scored:
            for label, score in one.scores.items():
                child = children.get(label)
                if child is None:
                    child = children[label] = self.scores.labels(label)
                child.observe(score)

    def observe_verdicts(
        self, verdicts: Sequence[Verdict], communities: Sequence[str | None]
    ) -> None:
        """Count a batch of verdicts, given the community of each."""
        known = self._communities
        tally = Tally(
            (
                verdict.action,
                "cache" if verdict.cached else "scorers",
                community if community in known else "other",
            )
            for verdict, community in zip(verdicts, communities, strict=True)
        )
        for (action, source, community), count in tally.items():
            self.comments.labels(action.value, source, community).inc(count)
        if degraded := sum(verdict.degraded for verdict in verdicts):
            self.degraded.inc(degraded)
        self.batch_size.observe(len(verdicts))

    def set_versions(self, component: str, parts: Iterable[Component]) -> None:
        """Publish versions of a kind of component (`package`, `scorer`, `policy`)."""
        for part in parts:
            self.build.labels(component, part.name, part.version).set(1)

    def exposition(self) -> tuple[bytes, str]:
        """The metrics in Prometheus's text format, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
