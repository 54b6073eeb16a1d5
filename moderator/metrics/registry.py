"""All metrics of one process; add a metric in the group it belongs to.

Label values are bounded: never user text, an author, or a community that the settings do not
list. Durations in seconds, sizes in bytes; counters end in `_total`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from prometheus_client import CollectorRegistry, ProcessCollector

from moderator.metrics.delivery import DeliveryMetrics
from moderator.metrics.exposition import exposition
from moderator.metrics.feedback import FeedbackMetrics
from moderator.metrics.judgement import JudgementMetrics
from moderator.metrics.maker import Maker
from moderator.metrics.policies import PolicyMetrics
from moderator.metrics.requests import RequestMetrics
from moderator.metrics.review import ReviewMetrics
from moderator.metrics.scoring import ScoringMetrics
from moderator.metrics.webhooks import WebhookMetrics
from moderator.records import Component


class Metrics(
    JudgementMetrics,
    ScoringMetrics,
    DeliveryMetrics,
    RequestMetrics,
    WebhookMetrics,
    ReviewMetrics,
    PolicyMetrics,
    FeedbackMetrics,
):
    """The metrics of one process, in a registry of their own."""

    def __init__(
        self, registry: CollectorRegistry | None = None, communities: Collection[str] = ()
    ) -> None:
        self.registry = registry or CollectorRegistry()
        ProcessCollector(registry=self.registry)
        make = Maker(self.registry)
        JudgementMetrics.__init__(self, make, communities)
        ScoringMetrics.__init__(self, make)
        DeliveryMetrics.__init__(self, make)
        RequestMetrics.__init__(self, make)
        WebhookMetrics.__init__(self, make)
        ReviewMetrics.__init__(self, make)
        PolicyMetrics.__init__(self, make)
        FeedbackMetrics.__init__(self, make)
        self.build = make.gauge(
            "moderator_build_info",
            "1: versions of what takes part in a verdict; 0: versions that were replaced.",
            "livemax",
            component="package, scorer, stage (a part of the scorer: lexicon, model), policy",
            name="names of components",
            version="their versions",
        )
        self.described = tuple(make.described)
        self._versions: dict[str, set[Component]] = {}

    def set_versions(self, component: str, parts: Iterable[Component]) -> None:
        """Publish the versions of a kind of component (`package`, `scorer`, `stage`, `policy`)."""
        labels = set(parts)
        for part in self._versions.get(component, set()) - labels:
            self.build.labels(component, part.name, part.version).set(0)
        for part in labels:
            self.build.labels(component, part.name, part.version).set(1)
        self._versions[component] = labels

    def exposition(self) -> tuple[bytes, str]:
        """The metrics in Prometheus's text format, and its content type."""
        return exposition(self.registry)
