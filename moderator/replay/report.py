"""The report of a replay, in constant memory."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

from moderator.records import Action, Verdict

_RATIO = 1.02
"""Width of a latency bucket: percentiles are right to 2 %."""


class Latencies:
    """Counts latencies in buckets that grow by 2 %, so that a million cost no memory."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self._count = 0

    def add(self, milliseconds: float, times: int = 1) -> None:
        """Count a latency."""
        self._buckets[round(math.log(max(milliseconds, 1e-3), _RATIO))] += times
        self._count += times

    def percentile(self, share: float) -> float:
        """Milliseconds that a `share` (0..1) of the latencies do not exceed; 0 without any."""
        wanted = math.ceil(share * self._count)
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= wanted:
                return float(_RATIO**bucket)
        return 0.0


class Report:
    """Totals of a run; `as_dict` is its JSON form."""

    def __init__(self) -> None:
        self.actions: Counter[Action] = Counter()
        self.rules: Counter[str] = Counter()
        self.cached = 0
        self.degraded = 0
        self.bad_rows = 0
        self.published = 0
        self.dead_letters = 0
        self.seconds = 0.0
        self.latencies = Latencies()

    @property
    def verdicts(self) -> int:
        return self.actions.total()

    @property
    def per_second(self) -> float:
        """Verdicts a second over the run."""
        return self.verdicts / self.seconds if self.seconds else 0.0

    def add(self, verdicts: Iterable[Verdict]) -> None:
        """Count verdicts, by their own `latency_ms`."""
        for verdict in verdicts:
            self.count(verdict, verdict.latency_ms)

    def count(self, verdict: Verdict, latency_ms: float) -> None:
        """Count one verdict that took `latency_ms`, however measured."""
        self.actions[verdict.action] += 1
        self.rules.update(reason.rule for reason in verdict.reasons)
        self.cached += verdict.cached
        self.degraded += verdict.degraded
        self.latencies.add(latency_ms)

    def as_dict(self) -> dict[str, Any]:
        """Plain values; latencies in milliseconds."""
        return {
            "verdicts": self.verdicts,
            "bad_rows": self.bad_rows,
            "published": self.published,
            "dead_letters": self.dead_letters,
            "seconds": round(self.seconds, 3),
            "verdicts_per_second": round(self.per_second, 1),
            "actions": {action.value: self.actions[action] for action in Action},
            "rules": dict(self.rules.most_common()),
            "cached": self.cached,
            "degraded": self.degraded,
            "latency_ms": {
                name: round(self.latencies.percentile(share), 3)
                for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
            },
        }
