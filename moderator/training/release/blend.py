"""Chooses, on the validation part, how the stages are blended and which windows leave early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from moderator.evaluation.measures import roc_auc
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.two_stage import blend
from moderator.scorers.compact.windows import worst
from moderator.training.corpus.examples import HEADS, LABELS

Floats = npt.NDArray[np.floating]
_SHARES = np.linspace(0, 1, 21)
_CLOSE_ENOUGH = 2e-4
_AUXILIARY = {"toxicity": "offence", "identity_attack": "hate"}
_AUXILIARY_SHARES = (0.0, 0.1, 0.2, 0.3)
_MOST_AUC_LOST = 3e-4
"""Of the mean over the labels, by leaving early; less is slower."""
_FURTHEST, _LEAST_COST = 3, 2e-6
"""How many missed shares a limit may rise at once; what a free rise is held to cost."""
_LEAD = 3.0
"""How far the linear stage may go beyond the encoder; less ranks worse."""
_MISSED_SHARES = (0.0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.14, 0.18, 0.24, 0.3)


@dataclass(frozen=True)
class Scored:
    """Both stages' logits of every window, and whether a word raises an alarm in it.

    `starts[i]` is text i's first window; `truth` is texts x labels.
    """

    linear: Floats
    heads: Floats
    triggered: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]
    truth: npt.NDArray[np.bool_]

    def worst(self, logits: Floats) -> npt.NDArray[np.float64]:
        """Texts x labels (or one label's texts)."""
        return worst(logits, self.starts).astype(np.float64)


def fit_cascade(scored: Scored) -> tuple[CascadeSettings, npt.NDArray[np.float64], str]:
    """The settings, the texts' logits under them, and a line that says what was found."""
    scale = scored.linear.std(axis=0) / scored.heads[:, : len(LABELS)].std(axis=0)
    shares = np.zeros(len(LABELS))
    rows = np.zeros((len(LABELS), len(HEADS)))
    for at, label in enumerate(LABELS):
        shares[at], auxiliary = _best_shares(scored, at, label, float(scale[at]))
        rows[at, at] = 1 - auxiliary
        if auxiliary:
            rows[at, HEADS.index(_AUXILIARY[label])] = auxiliary
    nothing = _numbers(np.zeros(len(LABELS)))
    settings = CascadeSettings(
        exit_threshold=nothing,
        early_slope=nothing,
        early_offset=nothing,
        linear_scale=_numbers(scale),
        linear_lead=_numbers(np.full(len(LABELS), _LEAD)),
        linear_share=_numbers(shares),
        encoder_heads=tuple(_numbers(row) for row in rows),
    )
    blended = blend(scored.linear, scored.heads, settings)
    full = _mean_auc(scored, blended)
    early = _leave_most(scored, blended, full)
    settings = msgspec.structs.replace(
        settings,
        exit_threshold=_numbers(early.below),
        early_slope=_numbers(early.slope),
        early_offset=_numbers(early.offset),
    )
    text_leaves = np.minimum.reduceat(early.leaves, scored.starts)
    note = (
        f"linear {_mean_auc(scored, scored.linear):.5f}, "
        f"encoder {_mean_auc(scored, scored.heads[:, : len(LABELS)]):.5f}, blended {full:.5f}, "
        f"with early exit {early.auc:.5f}; {early.leaves.mean():.3f} of the windows and "
        f"{text_leaves.mean():.3f} of the texts leave early; linear shares "
        f"{np.round(shares, 2).tolist()}"
    )
    return settings, scored.worst(early.logits), note


def _best_shares(scored: Scored, at: int, label: str, scale: float) -> tuple[float, float]:
    """The linear stage's share, and the auxiliary head's share of the rest.

    Of all that are as good as the best to within noise, the share nearest to one third is taken:
    the rare labels have few positives to choose by.
    """
    tried: list[tuple[float, float, float]] = []
    auxiliary = _AUXILIARY.get(label)
    for extra in _AUXILIARY_SHARES if auxiliary else (0.0,):
        heads = scored.heads[:, at] * (1 - extra)
        if auxiliary:
            heads = heads + scored.heads[:, HEADS.index(auxiliary)] * extra
        for share in _SHARES:
            logits = share * scored.linear[:, at] / scale + (1 - share) * heads
            tried.append((roc_auc(scored.truth[:, at], scored.worst(logits)), float(share), extra))
    best = max(auc for auc, _, _ in tried)
    close = [(share, extra) for auc, share, extra in tried if auc >= best - _CLOSE_ENOUGH]
    return min(close, key=lambda pair: abs(pair[0] - 1 / 3) + pair[1])


class _Early(NamedTuple):
    """What some limits let leave, and all windows' logits then."""

    below: Floats
    leaves: npt.NDArray[np.bool_]
    slope: Floats
    offset: Floats
    logits: Floats
    auc: float


def _leave_most(scored: Scored, blended: Floats, full: float) -> _Early:
    """Lets as many windows leave as the lost AUC allows, raising one label's limit at a time.

    A label's limit is the linear logit that a share of its positives stays below; each step takes
    the limit that lets most more windows leave for the AUC it costs, until none is affordable.
    """
    highest = scored.worst(scored.linear)
    labels = np.arange(len(LABELS))
    limits = np.array(
        [np.quantile(highest[scored.truth[:, at], at], _MISSED_SHARES) for at in labels]
    )
    steps = np.zeros(len(LABELS), dtype=np.int64)
    best = _early(scored, blended, limits[:, 0])
    while True:
        tried: list[tuple[float, int, int, _Early]] = []
        for at in range(len(LABELS)):
            for to in range(steps[at] + 1, min(steps[at] + 1 + _FURTHEST, len(_MISSED_SHARES))):
                early = _early(scored, blended, limits[labels, np.where(labels == at, to, steps)])
                more = float(early.leaves.mean() - best.leaves.mean())
                if more > 0 and early.auc >= full - _MOST_AUC_LOST:
                    cost = max(best.auc - early.auc, 0.0) + _LEAST_COST
                    tried.append((more / cost, at, to, early))
        if not tried:
            return best
        _, at, to, best = max(tried, key=lambda option: option[:3])
        steps[at] = to


def _early(scored: Scored, blended: Floats, below: Floats) -> _Early:
    leaves = np.all(scored.linear < below, axis=1) & ~scored.triggered
    slope, offset = _early_line(scored.linear[leaves], blended[leaves])
    logits = np.where(leaves[:, None], scored.linear * slope + offset, blended)
    return _Early(below, leaves, slope, offset, logits, _mean_auc(scored, logits))


def _early_line(linear: Floats, blended: Floats) -> tuple[Floats, Floats]:
    """Least squares, a label at a time: what the blend would have said."""
    if not len(linear):
        return np.ones(len(LABELS)), np.zeros(len(LABELS))
    mean_linear, mean_blended = linear.mean(axis=0), blended.mean(axis=0)
    centred = linear - mean_linear
    slope = (centred * (blended - mean_blended)).sum(axis=0) / (centred**2).sum(axis=0)
    slope = np.maximum(slope, 0.05)
    return slope, mean_blended - slope * mean_linear


def _mean_auc(scored: Scored, logits: Floats) -> float:
    texts = scored.worst(logits)
    return float(np.mean([roc_auc(scored.truth[:, at], texts[:, at]) for at in range(len(LABELS))]))


def _numbers(values: npt.ArrayLike) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in np.asarray(values))
