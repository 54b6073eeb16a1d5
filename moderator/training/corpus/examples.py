"""Labelled texts as one table: text, a target per head (nan = unknown), weight, source.

Heads are the six labels of Jigsaw and three more that only other sets speak for: `offence`
(toxicity outside Wikipedia), `hate` (against a group) and `attack` (would a moderator of a general
forum hold this?).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from moderator.labels import labels_of

LABELS = labels_of("compact")
HEADS = (*LABELS, "offence", "hate", "attack")
LINEAR_HEADS = (*LABELS, "attack")
"""What the linear stage answers: seven, so that a bucket of its table is eight bytes."""


@dataclass(frozen=True)
class Examples:
    """`texts` n; `targets` n x 9, in 0..1 or nan; `weights` n; `sources` n."""

    texts: list[str]
    targets: np.ndarray
    weights: np.ndarray
    sources: list[str]

    @staticmethod
    def join(parts: Iterable[Examples]) -> Examples:
        parts = list(parts)
        return Examples(
            [text for part in parts for text in part.texts],
            np.concatenate([part.targets for part in parts]),
            np.concatenate([part.weights for part in parts]),
            [source for part in parts for source in part.sources],
        )

    def take(self, rows: np.ndarray) -> Examples:
        """The rows of these numbers, in that order."""
        return Examples(
            [self.texts[row] for row in rows],
            self.targets[rows],
            self.weights[rows],
            [self.sources[row] for row in rows],
        )


def build(source: str, weight: float, texts: Iterable[str], **heads: object) -> Examples:
    """Examples of one source; heads not named are unknown."""
    rows = [str(text) for text in texts]
    targets = np.full((len(rows), len(HEADS)), np.nan, dtype=np.float32)
    for head, values in heads.items():
        targets[:, HEADS.index(head)] = np.asarray(values, dtype=np.float32)
    return Examples(rows, targets, np.full(len(rows), weight, np.float32), [source] * len(rows))


def quiet(source: str, weight: float, texts: Iterable[str]) -> Examples:
    """Texts that every head takes for harmless."""
    return build(source, weight, texts, **dict.fromkeys(HEADS, 0.0))
