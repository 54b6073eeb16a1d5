"""Metrics of policies that change while the process runs."""

from __future__ import annotations

from moderator.metrics.maker import Maker


class PolicyMetrics:
    """What became of policies and lexicons that were offered to a running process."""

    def __init__(self, make: Maker) -> None:
        self.policy_reloads = make.counter(
            "moderator_policy_reloads_total",
            "Changed policy or lexicon files, and pushed policies, by what became of them.",
            result="loaded, refused",
        )
        self.policy_refused = make.gauge(
            "moderator_policy_refused",
            "1 while the newest policy is refused, so that an older one is in force; else 0.",
            "livemax",
        )
        for result in ("loaded", "refused"):
            self.policy_reloads.labels(result)
