"""Every metric: name, help, labels and buckets in one place.

Label values are bounded: none is user text, an author, or a community that the settings do not
list. Seconds and bytes throughout; counters end in `_total`.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from moderator.metrics.exposition import exposition
from moderator.records import Action, Component, Scored, Verdict

SECONDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    30.0, 60.0,
)  # fmt: skip
"""Buckets that resolve 1 ms to 60 s, finest where the promised latencies lie."""

STAGE_SECONDS = (0.0001, 0.00025, 0.0005, *SECONDS)
PROBABILITIES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)

Merge = Literal["livemin", "livemax", "livemostrecent"]
"""How the values of several processes become one; those of ended processes are left out."""


class Described(NamedTuple):
    """What the reference page says of a metric; `labels` tells each label's values."""

    name: str
    kind: str
    help: str
    labels: Mapping[str, str]


class _Maker:
    """Makes metrics in a registry and keeps their descriptions."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self.described: list[Described] = []

    def counter(self, name: str, text: str, /, **labels: str) -> Counter:
        self.described.append(Described(name, "counter", text, labels))
        return Counter(name, text, tuple(labels), registry=self._registry)

    def gauge(self, name: str, text: str, merge: Merge, /, **labels: str) -> Gauge:
        self.described.append(Described(name, "gauge", text, labels))
        return Gauge(name, text, tuple(labels), registry=self._registry, multiprocess_mode=merge)

    def histogram(
        self, name: str, text: str, buckets: Sequence[float], /, **labels: str
    ) -> Histogram:
        self.described.append(Described(name, "histogram", text, labels))
        return Histogram(name, text, tuple(labels), registry=self._registry, buckets=buckets)


class Metrics:
    """The metrics of one process, in a registry of their own."""

    def __init__(
        self, registry: CollectorRegistry | None = None, communities: Collection[str] = ()
    ) -> None:
        self.registry = registry or CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._communities = frozenset(communities)
        self._partitions: set[int] = set()
        make = _Maker(self.registry)
        actions = "allow, review, block"
        self.comments = make.counter(
            "moderator_comments_total",
            "Comments judged.",
            action=actions,
            source="scorers, cache: where the scores came from",
            community="those listed in the settings, or other",
            policy="names in the policy file",
        )
        self.degraded = make.counter(
            "moderator_comments_degraded_total",
            "Comments judged without one of the scorers.",
            action=actions,
        )
        self.shadow = make.counter(
            "moderator_shadow_decisions_total",
            "Comments judged by a shadow policy as well, which only counts.",
            policy="names in the policy file",
            shadow="names in the policy file",
            action=actions,
            shadow_action=actions,
        )
        self.batch_size = make.histogram(
            "moderator_batch_comments", "Comments judged together.", BATCHES
        )
        self.stage_seconds = make.histogram(
            "moderator_stage_seconds",
            "Time of one stage for one batch.",
            STAGE_SECONDS,
            stage="decode, normalise, cache_get, score, decide, cache_set, publish; "
            "scorer_<name> for each scorer",
        )
        self.end_to_end_seconds = make.histogram(
            "moderator_end_to_end_seconds",
            "From a record's timestamp to its verdict's confirmation by the broker.",
            SECONDS,
        )
        self.queue_seconds = make.histogram(
            "moderator_queue_seconds",
            "From a record's timestamp to the worker's taking of it.",
            SECONDS,
        )
        self.cache_requests = make.counter(
            "moderator_cache_requests_total",
            "Look-ups of scores.",
            cache="memory, redis",
            result="hit, miss, error, open (left alone by the circuit breaker)",
        )
        self.cache_errors = make.counter(
            "moderator_cache_errors_total",
            "Failed or refused round trips to Redis.",
            operation="get, set, get_verdict",
        )
        self.cache_up = make.gauge(
            "moderator_cache_up",
            "1 while the cache is asked, 0 while the circuit breaker leaves it alone.",
            "livemin",
            cache="redis",
        )
        self.scorer_errors = make.counter(
            "moderator_scorer_errors_total",
            "Documents that a scorer could not judge.",
            scorer="names of scorers",
        )
        self.scorer_documents = make.counter(
            "moderator_scorer_documents_total",
            "Texts that reached a scorer.",
            scorer="names of scorers; compact_encoder is the second stage of compact",
        )
        self.scorer_refined = make.counter(
            "moderator_scorer_refined_total",
            "Documents judged again by a scorer that sees only doubtful ones.",
            scorer="names of scorers",
            changed="true, false: whether the action became another",
        )
        self.dead_letters = make.counter(
            "moderator_dead_letters_total",
            "Records put to the dead-letter topic.",
            stage="decode, validate, size, publish",
            reason="a fixed set of words",
        )
        self.retries = make.counter(
            "moderator_retries_total",
            "Operations tried again after a transient failure.",
            operation="a fixed set of words",
        )
        self.lag = make.gauge(
            "moderator_consumer_lag_messages",
            "Records of a partition that are not yet acknowledged.",
            "livemostrecent",
            partition="numbers of partitions; 0 once another worker has it",
        )
        self.oldest = make.gauge(
            "moderator_oldest_unprocessed_seconds",
            "Age of the oldest comment of a partition that has no verdict yet; 0 where none waits.",
            "livemostrecent",
            partition="numbers of partitions",
        )
        self.scores = make.histogram(
            "moderator_score",
            "Scores, once for each text that was scored (not for cached ones).",
            PROBABILITIES,
            label="labels of scores",
        )
        self.build = make.gauge(
            "moderator_build_info",
            "Always 1: versions of what takes part in a verdict.",
            "livemax",
            component="package, scorer, policy",
            name="names of components",
            version="their versions",
        )
        self.described = tuple(make.described)

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
                verdict.action.value,
                "cache" if verdict.cached else "scorers",
                community if community in known else "other",
                verdict.policy.name,
            )
            for verdict, community in zip(verdicts, communities, strict=True)
        )
        for labels, count in tally.items():
            self.comments.labels(*labels).inc(count)
        degraded = Tally(verdict.action.value for verdict in verdicts if verdict.degraded)
        for action, count in degraded.items():
            self.degraded.labels(action).inc(count)
        self.batch_size.observe(len(verdicts))

    def observe_shadow(self, pairs: Mapping[tuple[str, str, Action, Action], int]) -> None:
        """Count how a policy and its shadow decided: (policy, shadow, its action, the shadow's)."""
        for (policy, shadow, action, shadow_action), count in pairs.items():
            self.shadow.labels(policy, shadow, action.value, shadow_action.value).inc(count)

    def set_backlog(self, backlog: Mapping[int, tuple[int, float]]) -> None:
        """Lag in records and age in seconds of the oldest, by every partition this worker has.

        A partition it had before is set to 0 rather than removed: several processes cannot remove.
        """
        for partition in self._partitions - backlog.keys():
            self.lag.labels(str(partition)).set(0)
            self.oldest.labels(str(partition)).set(0)
        for partition, (lag, oldest_s) in backlog.items():
            self.lag.labels(str(partition)).set(lag)
            self.oldest.labels(str(partition)).set(oldest_s)
        self._partitions |= backlog.keys()

    def set_versions(self, component: str, parts: Iterable[Component]) -> None:
        """Publish versions of a kind of component (`package`, `scorer`, `policy`)."""
        for part in parts:
            self.build.labels(component, part.name, part.version).set(1)

    def exposition(self) -> tuple[bytes, str]:
        """The metrics in Prometheus's text format, and its content type."""
        return exposition(self.registry)
