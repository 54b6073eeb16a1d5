"""Creates metrics in a registry and keeps their descriptions for the reference page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    30.0, 60.0,
)  # fmt: skip
"""Buckets from 1 ms to 60 s, finest around the promised latencies."""

STAGE_SECONDS = (0.0001, 0.00025, 0.0005, *SECONDS)
PROBABILITIES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)

ACTIONS = "allow, review, block"
POLICIES = "names in the policy file"

Merge = Literal["livemin", "livemax", "livesum", "livemostrecent"]
"""How a gauge's values of several processes are combined; ended processes are left out."""


class Described(NamedTuple):
    """What the reference page says about a metric; `labels` maps each label to its values."""

    name: str
    kind: str
    help: str
    labels: Mapping[str, str]


class Maker:
    """Creates metrics in one registry. Label values must be bounded and never hold user text."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self.described: list[Described] = []

    def counter(self, name: str, text: str, /, **labels: str) -> Counter:
        """A counter; its name ends in `_total`."""
        self.described.append(Described(name, "counter", text, labels))
        return Counter(name, text, tuple(labels), registry=self._registry)

    def gauge(self, name: str, text: str, merge: Merge, /, **labels: str) -> Gauge:
        """A gauge, and how several processes' values are merged."""
        self.described.append(Described(name, "gauge", text, labels))
        return Gauge(name, text, tuple(labels), registry=self._registry, multiprocess_mode=merge)

    def histogram(
        self, name: str, text: str, buckets: Sequence[float], /, **labels: str
    ) -> Histogram:
        """A histogram with the given upper bounds."""
        self.described.append(Described(name, "histogram", text, labels))
        return Histogram(name, text, tuple(labels), registry=self._registry, buckets=buckets)
