"""Texts judged as production judges them: scores by label, and what would be held or blocked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from moderator.evaluation.measures import Truth, Values
from moderator.records import Action, Verdict

ModerateTexts = Callable[[Sequence[str]], Sequence[Verdict]]
"""`moderator.Moderator.moderate`: quoting, scorers and policy, as a user gets them."""

Track = Callable[[Iterable[int]], Iterable[int]]
"""Wraps an iterable to show progress."""

_BATCH = 256


class Judged(NamedTuple):
    """Arrays over the texts, in their order. `held` is for review or blocked."""

    scores: dict[str, Values]
    held: Truth
    blocked: Truth

    def take(self, rows: Truth) -> Judged:
        """The texts for which `rows` is true."""
        scores = {label: values[rows] for label, values in self.scores.items()}
        return Judged(scores, self.held[rows], self.blocked[rows])


def judge_texts(moderate: ModerateTexts, texts: Sequence[str], track: Track = iter) -> Judged:
    """Judges texts in batches; a label that a text was not scored on counts as 0."""
    verdicts: list[Verdict] = []
    for start in track(range(0, len(texts), _BATCH)):
        verdicts += moderate(texts[start : start + _BATCH])
    labels = dict.fromkeys(label for verdict in verdicts for label in verdict.scores)
    actions = [verdict.action for verdict in verdicts]
    return Judged(
        {
            label: np.array([verdict.scores.get(label, 0.0) for verdict in verdicts])
            for label in labels
        },
        np.array([action is not Action.ALLOW for action in actions], dtype=np.bool_),
        np.array([action is Action.BLOCK for action in actions], dtype=np.bool_),
    )
