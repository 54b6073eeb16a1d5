"""Metrics of stages, scorers and caches: how long each takes and how often it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from moderator.metrics.maker import STAGE_SECONDS, Maker


class ScoringMetrics:
    """Metrics of the pipeline's parts."""

    def __init__(self, make: Maker) -> None:
        self.stage_seconds = make.histogram(
            "moderator_stage_seconds",
            "Time of one stage for one batch.",
            STAGE_SECONDS,
            stage="decode, normalise, cache_get, score, decide, cache_set, publish; "
            "scorer_<name> for each scorer",
        )
        self.cache_requests = make.counter(
            "moderator_cache_requests_total",
            "Look-ups of scores.",
            cache="memory, redis",
            result="hit, miss, error, open (skipped by the circuit breaker)",
        )
        self.cache_errors = make.counter(
            "moderator_cache_errors_total",
            "Failed or refused round trips to Redis.",
            operation="start, get, set, get_verdict",
        )
        self.cache_up = make.gauge(
            "moderator_cache_up",
            "1 while the cache is in use, 0 while the circuit breaker skips it.",
            "livemin",
            cache="redis",
        )
        self.cache_failing = make.gauge(
            "moderator_cache_failing",
            "1 while the cache cannot be used, by cause.",
            "livemax",
            cause="authentication, permission, tls, timeout, wrong_server, refused, protocol, "
            "loading, connection, other",
        )
        self.scorer_errors = make.counter(
            "moderator_scorer_errors_total",
            "Texts that a scorer could not judge.",
            scorer="names of scorers",
        )
        self.scorer_documents = make.counter(
            "moderator_scorer_documents_total",
            "Texts that reached a scorer.",
            scorer="names of scorers; compact_encoder is the second stage of compact, "
            "multilingual_encoder that of its model for other languages",
        )
        self.scorer_refined = make.counter(
            "moderator_scorer_refined_total",
            "Texts judged again by a scorer that sees only uncertain ones.",
            scorer="names of scorers",
            changed="true, false: whether the action changed",
        )

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; a stage that raises is not counted."""
        start = perf_counter()
        yield
        self.stage_seconds.labels(name).observe(perf_counter() - start)

    def stage_took(self, name: str, documents: int, seconds: float) -> None:
        """Count a scorer's batch: `documents` texts in `seconds`."""
        self.scorer_documents.labels(name).inc(documents)
        self.stage_seconds.labels(f"scorer_{name}").observe(seconds)

    def stage_failed(self, name: str, documents: int) -> None:
        """Count `documents` texts that a scorer could not judge."""
        self.scorer_errors.labels(name).inc(documents)
