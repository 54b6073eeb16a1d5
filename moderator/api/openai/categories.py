"""OpenAI's categories, and the labels that score each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Category(NamedTuple):
    """The labels that score a category, and how their scores are combined."""

    labels: tuple[str, ...] = ()
    join: Callable[[list[float]], float] = max

    def score(self, scores: Mapping[str, float]) -> float | None:
        """The category's score; None if no label covers it, or one of them is missing."""
        known = [scores[label] for label in self.labels if label in scores]
        return self.join(known) if known and len(known) == len(self.labels) else None

    def holds(self, scores: Mapping[str, float], thresholds: Mapping[str, float]) -> bool:
        """Whether the labels reach the policy's thresholds: one of them, or all for `min`."""
        met = [
            label in thresholds and scores.get(label, 0.0) >= thresholds[label]
            for label in self.labels
        ]
        return bool(met) and (all(met) if self.join is min else any(met))


CATEGORIES: dict[str, Category] = {
    "harassment": Category(("insult", "toxicity")),
    "harassment/threatening": Category(("threat",)),
    "hate": Category(("identity_attack",)),
    "hate/threatening": Category(("threat", "identity_attack"), min),
    "illicit": Category(),
    "illicit/violent": Category(),
    "self-harm": Category(),
    "self-harm/intent": Category(),
    "self-harm/instructions": Category(),
    "sexual": Category(("sexual_explicit",)),
    "sexual/minors": Category(),
    "violence": Category(),
    "violence/graphic": Category(),
}
"""Category → labels. One without labels is not covered: false, 0.0, applied to nothing."""
