"""Chooses which windows leave after the linear stage: as many as the ranking can spare."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.two_stage import blend, linear_logits
from moderator.training.corpus.examples import LABELS, LINEAR_HEADS
from moderator.training.release.scored import LabelledLogits, Logits, WindowLogits, mean_auc

_MOST_AUC_LOST, _MOST_DOMAIN_AUC_LOST = 3e-4, 3e-3
"""Of the mean over Jigsaw's labels, and of that over the domains; less is slower."""
_FURTHEST, _LEAST_COST = 3, 2e-6
"""How many missed shares a limit may rise at once; what a free rise is held to cost."""
_MISSED_SHARES = (0.0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.14, 0.18, 0.24, 0.3)


class Early(NamedTuple):
    """What exits early under given limits: the limits by linear head, the line that replaces the
    blend by label, the logits of Jigsaw's windows then, both AUCs, and the shares of windows that
    leave."""

    below: Logits
    slope: Logits
    offset: Logits
    logits: Logits
    auc: float
    domain_auc: float
    left: tuple[float, float]


def leave_most(judged: LabelledLogits, settings: CascadeSettings) -> Early:
    """Lets as many windows leave as the lost AUC allows, raising one head's limit at a time.

    A head's limit is the linear logit that a share of its positives stays below (for `attack`, of
    the domains' held texts); each step takes the limit that lets most more windows leave for the
    AUC it costs, until none is affordable.
    """
    limits = np.array([np.quantile(row, _MISSED_SHARES) for row in _positives(judged)])
    heads = np.arange(len(limits))
    steps = np.zeros(len(limits), dtype=np.int64)
    best = _early(judged, settings, limits[:, 0])
    scored = judged.jigsaw
    full = mean_auc(scored, blend(scored.linear, scored.heads, settings))
    full_domains = judged.domain_auc(settings)
    while True:
        tried: list[tuple[float, int, int, Early]] = []
        for at in range(len(limits)):
            for to in range(steps[at] + 1, min(steps[at] + 1 + _FURTHEST, len(_MISSED_SHARES))):
                below = limits[heads, np.where(heads == at, to, steps)]
                early = _early(judged, settings, below)
                more = sum(early.left) - sum(best.left)
                if (
                    more > 0
                    and early.auc >= full - _MOST_AUC_LOST
                    and early.domain_auc >= full_domains - _MOST_DOMAIN_AUC_LOST
                ):
                    lost = max(best.auc - early.auc, 0.0) + 0.1 * max(
                        best.domain_auc - early.domain_auc, 0.0
                    )
                    tried.append((more / (lost + _LEAST_COST), at, to, early))
        if not tried:
            return best
        _, at, to, best = max(tried, key=lambda option: option[:3])
        steps[at] = to


def _positives(judged: LabelledLogits) -> list[npt.NDArray[np.float64]]:
    """By linear head, the highest linear logits of the texts that have the label."""
    scored = judged.jigsaw
    highest = scored.worst(scored.linear)
    rows = [highest[scored.truth[:, at], at] for at in range(len(LABELS))]
    for head in LINEAR_HEADS[len(LABELS) :]:
        at = LINEAR_HEADS.index(head)
        rows.append(
            np.concatenate(
                [
                    domain.worst(domain.linear[:, at])[domain.truth[:, 0]]
                    for domain in judged.domains.values()
                ]
            )
        )
    return rows


def _early(judged: LabelledLogits, settings: CascadeSettings, below: Logits) -> Early:
    """The limits `below` tried out; the line is fitted on Jigsaw's windows that leave."""
    scored = judged.jigsaw
    leaves = _leaves(scored, below)
    said = linear_logits(scored.linear, settings)
    blended = blend(scored.linear, scored.heads, settings)
    slope, offset = _line(said[leaves], blended[leaves])
    logits = np.where(leaves[:, None], said * slope + offset, blended)
    domains: dict[str, Logits] = {}
    left: list[npt.NDArray[np.bool_]] = []
    for name, domain in judged.domains.items():
        gone = _leaves(domain, below)
        early = linear_logits(domain.linear, settings) * slope + offset
        both = blend(domain.linear, domain.heads, settings)
        domains[name] = np.where(gone[:, None], early, both)
        left.append(gone)
    return Early(
        below, slope, offset, logits,
        mean_auc(scored, logits), judged.mean_domain_auc(domains),
        (float(leaves.mean()), float(np.concatenate(left).mean())),
    )  # fmt: skip


def _leaves(scored: WindowLogits, below: Logits) -> npt.NDArray[np.bool_]:
    leaves: npt.NDArray[np.bool_] = np.all(scored.linear < below, axis=1) & ~scored.triggered
    return leaves


def _line(linear: Logits, blended: Logits) -> tuple[Logits, Logits]:
    """Least squares, a label at a time: what the blend would have said."""
    if not len(linear):
        return np.ones(len(LABELS)), np.zeros(len(LABELS))
    mean_linear, mean_blended = linear.mean(axis=0), blended.mean(axis=0)
    centred = linear - mean_linear
    slope = (centred * (blended - mean_blended)).sum(axis=0) / (centred**2).sum(axis=0)
    slope = np.maximum(slope, 0.05)
    return slope, mean_blended - slope * mean_linear
