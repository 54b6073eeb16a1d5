"""Calibrates the second model, and lowers it until next to no quiet text is held.

The labelled sets were gathered for their abuse and say little about how rare it is elsewhere; the
quiet news of many languages says how often innocent text would be held.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.package import shipped
from moderator.policy import Policies
from moderator.scorers.compact.calibration import Calibration
from moderator.training.corpus.examples import HEADS, LABELS, Examples
from moderator.training.multilingual.corpus import NEWS, OWN
from moderator.training.release.calibrate import Knots, Values, best_probability, platt

_MOST_NEWS_HELD = 0.004
_BY_ONE_LABEL = np.arange(0.005, 0.0, -0.0001)
"""Shares of the news that a single label may hold, the largest first."""
_MOST_QUIET_THREATS = 0.005
"""Of our own quiet sentences, the share that `threat` may hold: short talk of what someone will do,
which no news has, looks like a threat more easily than like anything else."""
_ENDS = (-20.0, 20.0)
"""Raw logits between which a line is used."""


class Calibrated(NamedTuple):
    """Knots and thresholds (probabilities at the best F1) by label, and a line on what is held."""

    knots: dict[str, Knots]
    thresholds: dict[str, float]
    note: str


class Held(NamedTuple):
    """Shares that the policy `standard` holds: of quiet news, of our own quiet sentences, and of
    our own to be held."""

    news: float
    own_quiet: float
    own: float


def calibrate(logits: Values, valid: Examples) -> Calibrated:
    """Logits are texts x labels."""
    fitted = {label: _knots(logits[:, at], valid, label) for at, label in enumerate(LABELS)}
    news = logits[_of(NEWS, valid)]
    quiet_threats = logits[_own(valid, abusive=False), LABELS.index("threat")]
    highest_quiet_threat = float(np.quantile(quiet_threats, 1 - _MOST_QUIET_THREATS))
    for share in _BY_ONE_LABEL:
        highest = dict(zip(LABELS, np.quantile(news, 1 - share, axis=0).tolist(), strict=True))
        highest["threat"] = max(highest["threat"], highest_quiet_threat)
        lowered = {label: _lowered(fitted[label], highest[label], label) for label in LABELS}
        held = held_by_policy(Calibration(lowered).probabilities(logits.astype(np.float32)), valid)
        if held.news <= _MOST_NEWS_HELD:
            break
    thresholds = {
        label: _threshold(logits[:, at], valid, label, lowered[label])
        for at, label in enumerate(LABELS)
    }
    return Calibrated(lowered, thresholds, f"{share:.2%} of the news held by any label: {held}")


def held_by_policy(scores: npt.NDArray[np.floating], valid: Examples) -> Held:
    """`scores` are probabilities, texts x labels; the lexicon is not asked."""
    review = np.array([_review()[label] for label in LABELS])
    held: npt.NDArray[np.bool_] = np.any(scores >= review, axis=1)
    parts = (_of(NEWS, valid), _own(valid, abusive=False), _own(valid, abusive=True))
    return Held(*(float(held[rows].mean()) for rows in parts))


@cache
def _review() -> Mapping[str, float]:
    """Thresholds from which the policy `standard` holds."""
    return Policies.load(shipped("config") / "policy.toml").by_name["standard"].review


def _of(kind: str, valid: Examples) -> npt.NDArray[np.bool_]:
    return np.array([source.startswith(f"{kind}_") for source in valid.sources])


def _own(valid: Examples, *, abusive: bool) -> npt.NDArray[np.bool_]:
    truth = valid.targets[:, HEADS.index("attack")]
    return _of(OWN, valid) & ((truth > 0.5) if abusive else (truth == 0))


def _known(valid: Examples, label: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which texts speak for a label, and what those say."""
    targets = valid.targets[:, HEADS.index(label)]
    known = ~np.isnan(targets)
    return known, targets[known] >= 0.5


def _knots(logits: Values, valid: Examples, label: str) -> Knots:
    """Platt's line. What bends a finer curve is how the sets were gathered."""
    known, truth = _known(valid, label)
    slope, offset = platt(logits[known], truth)
    return tuple((end, round(slope * end + offset, 5)) for end in _ENDS)


def _lowered(knots: Knots, raw: float, label: str) -> Knots:
    """Lower by as much as it takes that a raw logit stays below the threshold for review."""
    threshold = _review()[label]
    above = float(np.interp(raw, *np.array(knots).T)) - log(threshold / (1 - threshold))
    return tuple((end, round(at - max(above, 0.0), 5)) for end, at in knots)


def _threshold(logits: Values, valid: Examples, label: str, knots: Knots) -> float:
    known, truth = _known(valid, label)
    return best_probability(logits[known], truth, knots)
