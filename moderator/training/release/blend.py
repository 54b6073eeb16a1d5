"""Chooses how the two stages are blended, on texts that no training saw.

Jigsaw's labels are chosen on its validation part, `toxicity` on the domains as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import msgspec
import numpy as np
import numpy.typing as npt

from moderator.evaluation.measures import roc_auc
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.two_stage import blend
from moderator.training.corpus.examples import HEADS, LABELS, LINEAR_HEADS
from moderator.training.release.early_exit import leave_most
from moderator.training.release.scored import LabelledLogits, Logits, WindowLogits, mean_auc

_SHARES = np.linspace(0, 1, 21)
_CLOSE_ENOUGH = 2e-4
_AUXILIARY = {"identity_attack": "hate"}
_AUXILIARY_SHARES = (0.0, 0.1, 0.2, 0.3)
_LEAD = 3.0
"""How far the linear stage may go beyond the encoder; less ranks worse."""
_TOXICITY = LABELS.index("toxicity")
_PARTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_MOST_AUC_GIVEN = 0.006
"""Of Jigsaw's AUC of `toxicity`, for the other domains: a thousandth of the mean over labels."""


def fit_cascade(judged: LabelledLogits) -> tuple[CascadeSettings, npt.NDArray[np.float64], str]:
    """The settings, the logits of Jigsaw's texts under them, and a line on what was found."""
    scored = judged.jigsaw
    scale = linear_scale(scored)
    shares = np.zeros(len(LABELS))
    encoder_rows = np.zeros((len(LABELS), len(HEADS)))
    linear_rows = np.zeros((len(LABELS), len(LINEAR_HEADS)))
    for at, label in enumerate(LABELS):
        shares[at], auxiliary = _best_shares(scored, at, label, float(scale[at]))
        linear_rows[at, at], encoder_rows[at, at] = 1, 1 - auxiliary
        if auxiliary:
            encoder_rows[at, HEADS.index(_AUXILIARY[label])] = auxiliary
    settings = cascade_of(scale, linear_rows, encoder_rows, shares)
    settings = _widest_toxicity(judged, settings)
    early = leave_most(judged, settings)
    settings = msgspec.structs.replace(
        settings,
        exit_threshold=_numbers(early.below),
        early_slope=_numbers(early.slope),
        early_offset=_numbers(early.offset),
    )
    blended = blend(scored.linear, scored.heads, settings)
    note = (
        f"Jigsaw: linear {mean_auc(scored, scored.linear):.5f}, "
        f"encoder {mean_auc(scored, scored.heads):.5f}, "
        f"blended {mean_auc(scored, blended):.5f}, with early exit {early.auc:.5f}; domains "
        f"{judged.domain_auc(settings):.4f}, with early exit {early.domain_auc:.4f}; "
        f"{early.left[0]:.3f} of Jigsaw's windows and {early.left[1]:.3f} of the domains' leave "
        f"early; linear shares {np.round(settings.linear_share, 2).tolist()}; toxicity reads "
        f"{dict(zip(HEADS, settings.encoder_heads[_TOXICITY], strict=True))} and "
        f"{dict(zip(LINEAR_HEADS, settings.linear_heads[_TOXICITY], strict=True))}"
    )
    return settings, scored.worst(early.logits), note


_LIKE_LINEAR = [HEADS.index(head) for head in LINEAR_HEADS]


def linear_scale(scored: WindowLogits) -> Logits:
    """By linear head: how much wider its logits spread than the encoder's."""
    scale: Logits = scored.linear.std(axis=0) / scored.heads[:, _LIKE_LINEAR].std(axis=0)
    return scale


def cascade_of(
    scale: Logits, linear: Logits, encoder: Logits, shares: Logits, exits: float = 0.0
) -> CascadeSettings:
    """A blend with the same exit threshold for all heads, and nothing fitted to early exits.

    `linear` and `encoder` are labels x heads; `shares`, by label, are those of the linear stage.
    """
    return CascadeSettings(
        exit_threshold=_numbers(np.full(len(LINEAR_HEADS), exits)),
        early_slope=_numbers(np.ones(len(LABELS))),
        early_offset=_numbers(np.zeros(len(LABELS))),
        linear_scale=_numbers(scale),
        linear_heads=tuple(_numbers(row) for row in linear),
        linear_lead=_numbers(np.full(len(LABELS), _LEAD)),
        linear_share=_numbers(shares),
        encoder_heads=tuple(_numbers(row) for row in encoder),
    )


def toxicity_rows() -> Iterator[Logits]:
    """Shares of the heads `toxicity`, `offence` and `attack` in `toxicity`, in quarters."""
    read = [HEADS.index(head) for head in ("toxicity", "offence", "attack")]
    for offence, attack in product(_PARTS, _PARTS):
        if offence + attack <= 1:
            row = np.zeros(len(HEADS))
            row[read] = 1 - offence - attack, offence, attack
            yield row


def _best_shares(scored: WindowLogits, at: int, label: str, scale: float) -> tuple[float, float]:
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


def _widest_toxicity(judged: LabelledLogits, settings: CascadeSettings) -> CascadeSettings:
    """What `toxicity` is made of: the best mean AUC over the domains that costs Jigsaw little."""
    tried = [
        (judged.domain_auc(option), judged.toxicity_auc(option), option)
        for option in _mixes(settings)
    ]
    least = max(auc for _, auc, _ in tried) - _MOST_AUC_GIVEN
    return max((row for row in tried if row[1] >= least), key=lambda row: row[0])[2]


def _mixes(settings: CascadeSettings) -> Iterator[CascadeSettings]:
    """Shares of the encoder's heads, of both linear ones, and of the stages."""
    linear_attack = LINEAR_HEADS.index("attack")
    for encoder, part, share in product(toxicity_rows(), _PARTS, (0.1, 0.2, 0.3, 0.4)):
        linear = np.zeros(len(LINEAR_HEADS))
        linear[[_TOXICITY, linear_attack]] = 1 - part, part
        yield _with_toxicity(settings, encoder, linear, share)


def _with_toxicity(
    settings: CascadeSettings, encoder: Logits, linear: Logits, share: float
) -> CascadeSettings:
    def put(rows: tuple[tuple[float, ...], ...], row: Logits) -> tuple[tuple[float, ...], ...]:
        return (*rows[:_TOXICITY], _numbers(row), *rows[_TOXICITY + 1 :])

    shares = list(settings.linear_share)
    shares[_TOXICITY] = share
    return msgspec.structs.replace(
        settings,
        linear_share=tuple(shares),
        encoder_heads=put(settings.encoder_heads, encoder),
        linear_heads=put(settings.linear_heads, linear),
    )


def _numbers(values: npt.ArrayLike) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in np.asarray(values))
