"""Chooses how the second model's stages are blended: by the mean over languages, not over texts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from moderator.evaluation.measures import roc_auc
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.two_stage import blend
from moderator.training.corpus.examples import HEADS, LABELS, LINEAR_HEADS, Examples
from moderator.training.multilingual.corpus import OWN
from moderator.training.release.blend import cascade_of, linear_scale, toxicity_rows
from moderator.training.release.scored import Logits, WindowLogits

_SHARES = np.linspace(0, 0.2, 3)
"""With more of the linear stage the labelled sets rank better still (mean AUC 0.817 at 0.4, not
0.808), but abuse stands less apart from quiet news: of our own 36 % would be held, not 45 %."""
_NOTHING_LEAVES = -1e4
"""A threshold below every logit: each text reaches the encoder. The linear stage knows too little
of languages without labels to be trusted alone."""
_TOXICITY = LABELS.index("toxicity")


class BlendChoice(NamedTuple):
    """The settings of the blend, and a line on how well it ranks."""

    cascade: CascadeSettings
    note: str


def choose(scored: WindowLogits, valid: Examples) -> BlendChoice:
    """The blend of the best mean AUC of `toxicity`; the other labels take its linear share."""
    best = max(
        _mixes(linear_scale(scored)),
        key=lambda cascade: np.mean(list(aucs(scored, valid, cascade).values())),
    )
    listed = ", ".join(f"{name} {auc:.3f}" for name, auc in aucs(scored, valid, best).items())
    mix = dict(zip(HEADS, best.encoder_heads[_TOXICITY], strict=True))
    return BlendChoice(
        best, f"{listed}\nlinear share {best.linear_share[_TOXICITY]}, toxicity reads {mix}"
    )


def aucs(scored: WindowLogits, valid: Examples, cascade: CascadeSettings) -> dict[str, float]:
    """AUC of `toxicity` by set that holds both classes; our own sentences are one set."""
    logits = scored.worst(blend(scored.linear, scored.heads, cascade))[:, _TOXICITY]
    names = np.array([OWN if name.startswith(f"{OWN}_") else name for name in valid.sources])
    truth = valid.targets[:, _TOXICITY]
    shares = {}
    for name in np.unique(names):
        rows = (names == name) & ~np.isnan(truth)
        auc = roc_auc(truth[rows] >= 0.5, logits[rows])
        if not np.isnan(auc):
            shares[str(name)] = auc
    return shares


def _mixes(scale: Logits) -> Iterator[CascadeSettings]:
    """Shares of the encoder's heads in `toxicity`, and of the linear stage in every label."""
    linear = np.eye(len(LABELS), len(LINEAR_HEADS))
    encoder = np.eye(len(LABELS), len(HEADS))
    for row, share in product(toxicity_rows(), _SHARES):
        encoder[_TOXICITY] = row
        shares = np.full(len(LABELS), share)
        yield cascade_of(scale, linear, encoder, shares, _NOTHING_LEAVES)
