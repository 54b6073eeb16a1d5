"""Disguised copies of comments, so that the linear stage knows abuse with a letter missing."""

from __future__ import annotations

import random

import numpy as np

from moderator.evaluation.evasions import dropped, evade, split, swapped
from moderator.training.corpus.examples import LABELS, Examples

_CHANGES = (dropped, swapped, dropped, split)
"""What folding undoes only in part; a missing letter is the worst."""
_SHARE, _WEIGHT, _LONGEST = 0.4, 0.25, 1_500


def disguised(comments: Examples, seed: int = 0) -> Examples:
    """A copy of each abusive comment and of as many quiet ones, or disguise would mean abuse."""
    rng = random.Random(seed)
    abusive = comments.targets[:, : len(LABELS)].max(axis=1) > 0
    quiet = list(np.flatnonzero(~abusive))
    rows = [*np.flatnonzero(abusive), *rng.sample(quiet, min(int(abusive.sum()), len(quiet)))]
    texts = [
        evade(comments.texts[row][:_LONGEST], _CHANGES[at % len(_CHANGES)], rng, _SHARE)
        for at, row in enumerate(rows)
    ]
    weights = np.full(len(rows), _WEIGHT, np.float32)
    return Examples(texts, comments.targets[rows], weights, ["disguised"] * len(rows))
