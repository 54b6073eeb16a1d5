"""What is learnt from, and how often: each example's chance of being drawn in an epoch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from moderator.training.corpus.datasets import LABELS, Examples, jigsaw, others
from moderator.training.corpus.templates import SOURCE as TEMPLATES
from moderator.training.corpus.templates import templates

_LIGHT_WEIGHT, _LIGHT_SHARE = 0.6, 0.16
_EASY_LOGIT, _EASY_SHARE = -2.2, 0.25


def every_example(data: Path) -> Examples:
    """Jigsaw first, as `draw_shares` wants it; then the other sets and our own sentences."""
    return Examples.join((jigsaw(data, "train"), others(data), templates()))


def draw_shares(examples: Examples, linear_logits: np.ndarray) -> np.ndarray:
    """A chance per example.

    Quiet Jigsaw comments that the linear stage is sure of teach little, and leave early when
    scoring; the lighter sets are many. `linear_logits` begin with those of Jigsaw.
    """
    shares = np.where(examples.weights < _LIGHT_WEIGHT, _LIGHT_SHARE, 1.0)
    count = _jigsaw_count(examples)
    quiet = examples.targets[:count, : len(LABELS)].max(axis=1) == 0
    sure = linear_logits[:count].max(axis=1) < _EASY_LOGIT
    shares[:count][quiet & sure] = _EASY_SHARE
    return shares


def rows_for_teacher(examples: Examples, shares: np.ndarray) -> np.ndarray:
    """Rows for a larger encoder, which is slow: one draw, and half as many of all but Jigsaw."""
    halved = shares.copy()
    halved[_jigsaw_count(examples) :] /= 2
    return np.flatnonzero(np.random.default_rng(7).random(len(halved)) < halved)


def rows_to_ask(examples: Examples, taught: np.ndarray) -> np.ndarray:
    """Of a teacher's rows those to ask it about: all but our own sentences on groups, where it
    knows less than their labels."""
    own = {at for at, source in enumerate(examples.sources) if source == TEMPLATES}
    return np.array([row for row in taught if row not in own])


def _jigsaw_count(examples: Examples) -> int:
    return examples.sources.count("jigsaw_train")
