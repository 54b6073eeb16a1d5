"""Metrics of the stream: latency, lag, dead letters, retries."""

from __future__ import annotations

from collections.abc import Mapping

from moderator.metrics.maker import SECONDS, Maker

BROKER_CAUSES = ("tls", "authentication", "permission", "timeout", "connection", "other")


class DeliveryMetrics:
    """Metrics of comments in and verdicts out."""

    def __init__(self, make: Maker) -> None:
        self._partitions: set[int] = set()
        self.end_to_end_seconds = make.histogram(
            "moderator_end_to_end_seconds",
            "From a record's timestamp to its verdict's confirmation by the broker.",
            SECONDS,
        )
        self.queue_seconds = make.histogram(
            "moderator_queue_seconds",
            "From a record's timestamp until the worker takes it.",
            SECONDS,
        )
        self.dead_letters = make.counter(
            "moderator_dead_letters_total",
            "Records sent to the dead-letter topic.",
            stage="decode, validate, size, publish",
            reason="a fixed set of words",
        )
        self.halted = make.gauge(
            "moderator_halted",
            "1 while a worker takes no comments because too many became dead letters.",
            "livemax",
        )
        self.retries = make.counter(
            "moderator_retries_total",
            "Operations retried after a transient failure.",
            operation="a fixed set of words",
        )
        self.broker_errors = make.counter(
            "moderator_broker_errors_total",
            "Connections to the broker that failed, batches of records that it did not take, and "
            "failures that ended the consumer.",
            cause=", ".join(BROKER_CAUSES),
        )
        for cause in BROKER_CAUSES:
            self.broker_errors.labels(cause)
        self.lag = make.gauge(
            "moderator_consumer_lag_messages",
            "Records of a partition that are not yet acknowledged.",
            "livemostrecent",
            partition="partition numbers; 0 once another worker has it",
        )
        self.oldest = make.gauge(
            "moderator_oldest_unprocessed_seconds",
            "Age of a partition's oldest comment without a verdict; 0 if none waits.",
            "livemostrecent",
            partition="partition numbers",
        )
        self.held = make.gauge(
            "moderator_held_partitions",
            "Partitions that are not read until the operator decides; see the worker's log.",
            "livemax",
            reason="lost_offsets, unreadable",
        )
        self.lost_offsets = make.counter(
            "moderator_lost_offsets_total",
            "Committed or read offsets that the broker's log no longer holds.",
            kind="recreated, truncated, beyond_end, before_start",
        )

    def observe_consumer(self, held: Mapping[str, int], losses: Mapping[str, int]) -> None:
        """Partitions on hold by reason, and offsets newly found to be lost by kind."""
        for reason in ("lost_offsets", "unreadable"):
            self.held.labels(reason).set(held.get(reason, 0))
        for kind, count in losses.items():
            self.lost_offsets.labels(kind).inc(count)

    def broker_failed(self, cause: str) -> None:
        """Kafka refused or did not answer; one of `BROKER_CAUSES`."""
        self.broker_errors.labels(cause).inc()

    def set_backlog(self, backlog: Mapping[int, tuple[int, float]]) -> None:
        """Lag in records and age in seconds of the oldest, by every partition this worker has.

        A partition it no longer has is set to 0, not removed: a series that several processes
        share cannot be removed.
        """
        for partition in self._partitions - backlog.keys():
            self.lag.labels(str(partition)).set(0)
            self.oldest.labels(str(partition)).set(0)
        for partition, (lag, oldest_s) in backlog.items():
            self.lag.labels(str(partition)).set(lag)
            self.oldest.labels(str(partition)).set(oldest_s)
        self._partitions |= backlog.keys()
