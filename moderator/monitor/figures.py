"""Figures for people, made from two scrapes of each worker: rates, percentiles, backlog."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from moderator.monitor.scrape import Scrape, Series

Pair = tuple[Scrape, Scrape]
"""An earlier and a later scrape of the same worker."""


class Percentiles(msgspec.Struct, frozen=True):
    """Percentiles of a duration, in seconds."""

    p50: float
    p95: float
    p99: float


class StageFigures(msgspec.Struct, frozen=True):
    """`busy` is the share of the time that workers spent in it; the rest is of one batch."""

    busy: float
    mean_s: float
    p95_s: float


class Partition(msgspec.Struct, frozen=True):
    """Comments not yet acknowledged, and the age of the oldest."""

    lag: int
    oldest_s: float


class Requests(msgspec.Struct, frozen=True):
    """The HTTP API's; rates by status, per second. `waiting` is the time in its queue."""

    statuses: dict[str, float]
    in_flight: float
    took: Percentiles | None
    waiting: Percentiles | None


class Figures(msgspec.Struct, frozen=True):
    """All workers together; rates are per second. Percentiles are None without comments."""

    workers: int
    comments: float
    actions: dict[str, float]
    cached: float
    end_to_end: Percentiles | None
    queue: Percentiles | None
    stages: dict[str, StageFigures]
    partitions: dict[int, Partition]
    look_ups: dict[str, dict[str, float]]
    redis_up: bool | None
    dead_letters: float
    degraded: float
    scorer_errors: float
    retries: float
    batch: float | None
    cpu_cores: float
    memory_bytes: float
    requests: Requests | None = None
    """None if no process serves the API, or it has not been asked yet."""
    halted: bool = False
    """Whether a worker takes no comments because too many became dead letters."""
    held: int = 0
    """Partitions that are not read until somebody decides."""

    @property
    def lag(self) -> int:
        """Comments that wait, in all partitions."""
        return sum(partition.lag for partition in self.partitions.values())

    @property
    def oldest_s(self) -> float:
        """Age of the oldest comment that waits; 0 if none waits."""
        return max((partition.oldest_s for partition in self.partitions.values()), default=0.0)


def figures(pairs: Sequence[Pair]) -> Figures:
    """What the workers did between their scrapes."""
    comments = _rates(pairs, "moderator_comments_total", "action")
    cached = _rates(pairs, "moderator_comments_total", "source").get("cache", 0.0)
    up = [value for _, now in pairs for value in now.of("moderator_cache_up").values()]
    batches = _total(pairs, "moderator_batch_comments_count")
    return Figures(
        workers=sum(len(now.of("process_start_time_seconds")) or 1 for _, now in pairs),
        comments=sum(comments.values()),
        actions=comments,
        cached=cached / sum(comments.values()) if sum(comments.values()) else 0.0,
        end_to_end=_percentiles(pairs, "moderator_end_to_end_seconds"),
        queue=_percentiles(pairs, "moderator_queue_seconds"),
        stages=_stages(pairs),
        partitions=_partitions(pairs),
        look_ups=_look_ups(pairs),
        redis_up=bool(min(up)) if up else None,
        dead_letters=_total(pairs, "moderator_dead_letters_total"),
        degraded=_total(pairs, "moderator_comments_degraded_total"),
        scorer_errors=_total(pairs, "moderator_scorer_errors_total"),
        retries=_total(pairs, "moderator_retries_total"),
        batch=_total(pairs, "moderator_batch_comments_sum") / batches if batches else None,
        cpu_cores=_total(pairs, "process_cpu_seconds_total"),
        memory_bytes=_sum(pairs, "process_resident_memory_bytes"),
        requests=_requests(pairs),
        halted=bool(_sum(pairs, "moderator_halted")),
        held=round(_sum(pairs, "moderator_held_partitions")),
    )


def quantile(q: float, buckets: Mapping[float, float]) -> float | None:
    """The quantile of a cumulative histogram, computed like PromQL's `histogram_quantile`.

    `buckets` is upper bound → count of observations up to it; None if there are none.
    """
    bounds = sorted(buckets)
    if not bounds or not buckets[bounds[-1]]:
        return None
    rank = q * buckets[bounds[-1]]
    index = next(i for i, bound in enumerate(bounds) if buckets[bound] >= rank)
    if math.isinf(bounds[index]):
        return bounds[index - 1] if index else None
    low, below = (bounds[index - 1], buckets[bounds[index - 1]]) if index else (0.0, 0.0)
    inside = buckets[bounds[index]] - below
    return low + (bounds[index] - low) * ((rank - below) / inside if inside else 1.0)


def increases(pair: Pair, name: str) -> Iterator[tuple[dict[str, str], float]]:
    """How much each series of a counter rose. One that fell restarted at 0."""
    before, now = pair
    old: Series = before.of(name)
    for labels, value in now.of(name).items():
        start = old.get(labels, 0.0)
        yield dict(labels), value - start if value >= start else value


def _per_second(pair: Pair, name: str) -> Iterator[tuple[dict[str, str], float]]:
    """The same, per second."""
    before, now = pair
    elapsed_s = max(now.at_s - before.at_s, 1e-9)
    return ((labels, risen / elapsed_s) for labels, risen in increases(pair, name))


def _rates(pairs: Sequence[Pair], name: str, label: str) -> dict[str, float]:
    rates: defaultdict[str, float] = defaultdict(float)
    for pair in pairs:
        for labels, rate in _per_second(pair, name):
            rates[labels.get(label, "")] += rate
    return dict(rates)


def _total(pairs: Sequence[Pair], name: str) -> float:
    return sum(rate for pair in pairs for _, rate in _per_second(pair, name))


def _sum(pairs: Sequence[Pair], gauge: str) -> float:
    """The sum over the later scrapes."""
    return sum(sum(now.of(gauge).values()) for _, now in pairs)


def _buckets(pairs: Sequence[Pair], name: str, label: str) -> dict[str, dict[float, float]]:
    """For each value of a label: upper bound → rate of observations up to it."""
    buckets: defaultdict[str, defaultdict[float, float]] = defaultdict(lambda: defaultdict(float))
    for pair in pairs:
        for labels, rate in _per_second(pair, f"{name}_bucket"):
            buckets[labels.get(label, "")][float(labels["le"])] += rate
    return {value: dict(counts) for value, counts in buckets.items()}


def _percentiles(pairs: Sequence[Pair], name: str) -> Percentiles | None:
    buckets = _buckets(pairs, name, "").get("", {})
    p50, p95, p99 = (quantile(q, buckets) for q in (0.5, 0.95, 0.99))
    return None if p50 is None or p95 is None or p99 is None else Percentiles(p50, p95, p99)


def _requests(pairs: Sequence[Pair]) -> Requests | None:
    if not any(now.of("moderator_http_requests_total") for _, now in pairs):
        return None
    return Requests(
        _rates(pairs, "moderator_http_requests_total", "status"),
        _sum(pairs, "moderator_http_in_flight_requests"),
        _percentiles(pairs, "moderator_http_request_seconds"),
        _percentiles(pairs, "moderator_http_queue_seconds"),
    )


def _stages(pairs: Sequence[Pair]) -> dict[str, StageFigures]:
    name = "moderator_stage_seconds"
    seconds = _rates(pairs, f"{name}_sum", "stage")
    counts = _rates(pairs, f"{name}_count", "stage")
    buckets = _buckets(pairs, name, "stage")
    return {
        stage: StageFigures(
            seconds[stage] / len(pairs), seconds[stage] / count, quantile(0.95, buckets[stage]) or 0
        )
        for stage, count in counts.items()
        if count
    }


def _partitions(pairs: Sequence[Pair]) -> dict[int, Partition]:
    """A partition that moved is 0 at the worker it left, so the larger value counts."""
    partitions: dict[int, Partition] = {}
    for _, now in pairs:
        oldest = now.of("moderator_oldest_unprocessed_seconds")
        for labels, lag in now.of("moderator_consumer_lag_messages").items():
            number = int(dict(labels)["partition"])
            other = partitions.get(number, Partition(0, 0.0))
            partitions[number] = Partition(
                max(other.lag, int(lag)), max(other.oldest_s, oldest.get(labels, 0.0))
            )
    return dict(sorted(partitions.items()))


def _look_ups(pairs: Sequence[Pair]) -> dict[str, dict[str, float]]:
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for pair in pairs:
        for labels, rate in _per_second(pair, "moderator_cache_requests_total"):
            sums[labels["cache"]][labels["result"]] += rate
    return {cache: dict(results) for cache, results in sums.items()}
