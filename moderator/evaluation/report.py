"""Scores a labelled set and gathers the figures: by label, by length, under each evasion."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.evaluation.evasions import EVASIONS, evade
from moderator.evaluation.labelled import Labelled
from moderator.evaluation.measures import (
    Decision,
    Truth,
    Values,
    decision_at,
    expected_calibration_error,
    roc_auc,
)
from moderator.quoting.document import Document
from moderator.scorers.base import Scorer

_LENGTHS = (0, 100, 300, 1000, 1 << 30)
Track = Callable[[Iterable[int]], Iterable[int]]


class LabelFigures(NamedTuple):
    """One label's row of the report."""

    label: str
    positives: int
    auc: float
    calibration_error: float
    threshold: float
    decision: Decision


class Slice(NamedTuple):
    """A part of the set: `value` is the AUC of a length slice, the recall under an evasion."""

    name: str
    size: int
    value: float


def score_texts(
    scorer: Scorer, texts: Sequence[str], batch: int = 256, track: Track = iter
) -> dict[str, Values]:
    """Label to scores, in the order of the texts. Each text is one author's own words."""
    rows: list[dict[str, float]] = []
    for start in track(range(0, len(texts), batch)):
        part = [Document(text, (), text) for text in texts[start : start + batch]]
        rows += [scored.scores for scored in scorer.score(part)]
    return {label: np.array([row[label] for row in rows]) for label in scorer.labels}


def label_figures(
    labelled: Labelled, scores: Mapping[str, Values], thresholds: Mapping[str, float]
) -> list[LabelFigures]:
    """One row a label that the file speaks for."""
    return [
        LabelFigures(
            label,
            int(truth.sum()),
            roc_auc(truth, scores[label]),
            expected_calibration_error(truth, scores[label]),
            thresholds[label],
            decision_at(truth, scores[label], thresholds[label]),
        )
        for label, truth in labelled.truth.items()
    ]


def length_slices(texts: Sequence[str], truth: Truth, scores: Values) -> list[Slice]:
    """AUC of one label by the text's length in characters."""
    lengths: npt.NDArray[np.int64] = np.array([len(text) for text in texts])
    slices = []
    for low, high in pairwise(_LENGTHS):
        part = (lengths >= low) & (lengths < high)
        name = f"{low}-{high - 1} characters" if high < 1 << 30 else f"{low} characters and more"
        slices.append(Slice(name, int(part.sum()), roc_auc(truth[part], scores[part])))
    return slices


def evasion_slices(
    scorer: Scorer, texts: Sequence[str], truth: Truth, label: str, threshold: float, seed: int = 0
) -> list[Slice]:
    """Recall of one label's positives, as they are and with half of their words disguised."""
    positives = [text for text, holds in zip(texts, truth, strict=True) if holds]
    changed = {"as it is": positives}
    for name, change in EVASIONS.items():
        rng = random.Random(f"{seed}/{name}")
        changed[name] = [evade(text, change, rng) for text in positives]
    return [
        Slice(name, len(part), float((score_texts(scorer, part)[label] >= threshold).mean()))
        for name, part in changed.items()
    ]
