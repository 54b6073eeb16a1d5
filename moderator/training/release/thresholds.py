"""Chooses the review thresholds of a policy: the best mean F1 that holds little quiet talk.

What is held is decided on the production path: lexicon, bundled model and quoting as a worker has
them, on texts that no training saw (`moderator.training.corpus.domains`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.library import Moderator
from moderator.training.corpus.domains import Domain

PLATFORMS = ("tweets", "reddit", "youtube", "chat", "mixed")
QUIET = "quiet"
MOST_QUIET_HELD = 0.015
_STEPS = np.arange(0.2, 0.97, 0.02)
_ROUNDS = 3
_GAIN = 5e-4
"""A threshold moves only for more than this: the rare labels have little to choose by."""


class HeldShares(NamedTuple):
    """What some thresholds do to one domain; of a quiet domain only `held` means anything."""

    precision: float
    recall: float
    f1: float
    held: float


class Answers(NamedTuple):
    """A domain's scores, texts x labels, and which texts are to be held."""

    scores: npt.NDArray[np.float64]
    hold: npt.NDArray[np.bool_]


def answers(
    moderator: Moderator, domains: Sequence[Domain], labels: Sequence[str]
) -> dict[str, Answers]:
    """What the whole product says of every domain's texts."""
    answered = {}
    for domain in domains:
        verdicts = moderator.moderate(domain.texts)
        scores = [[verdict.scores.get(label, 0.0) for label in labels] for verdict in verdicts]
        answered[domain.name] = Answers(np.array(scores), domain.hold)
    return answered


def outcome(given: Answers, thresholds: npt.NDArray[np.float64]) -> HeldShares:
    """Of texts held if any score meets its threshold."""
    held = (given.scores >= thresholds).any(axis=1)
    hits = float((held & given.hold).sum())
    precision, recall = hits / max(1, held.sum()), hits / max(1, given.hold.sum())
    return HeldShares(
        precision, recall, 2 * precision * recall / max(1e-9, precision + recall), held.mean()
    )


def mean_f1(given: Mapping[str, Answers], thresholds: npt.NDArray[np.float64]) -> float:
    """Over the platforms."""
    return float(np.mean([outcome(given[name], thresholds).f1 for name in PLATFORMS]))


def choose(
    given: Mapping[str, Answers], start: npt.NDArray[np.float64], free: Sequence[bool]
) -> npt.NDArray[np.float64]:
    """Moves one free threshold at a time to the best mean F1 that the quiet domain allows."""
    best = start.copy()
    for _ in range(_ROUNDS):
        for at in np.flatnonzero(free):
            for step in _STEPS:
                tried = best.copy()
                tried[at] = step
                if _better(given, tried, best):
                    best = tried
    return best


def _better(
    given: Mapping[str, Answers], tried: npt.NDArray[np.float64], best: npt.NDArray[np.float64]
) -> bool:
    """Fewer quiet texts held while they are too many, then more F1."""
    held, before = (outcome(given[QUIET], thresholds).held for thresholds in (tried, best))
    if before > MOST_QUIET_HELD:
        return held < before
    return held <= MOST_QUIET_HELD and mean_f1(given, tried) > mean_f1(given, best) + _GAIN
