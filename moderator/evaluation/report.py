"""The figures of a labelled set: by label, by length, and under each evasion."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.evaluation.abusive_words import LinearLogits, abusive_spans
from moderator.evaluation.evasions import EVASIONS, evade_at
from moderator.evaluation.judged import ModerateTexts, judge_texts
from moderator.evaluation.labelled import Labelled
from moderator.evaluation.measures import (
    Correctness,
    Truth,
    Values,
    decision_at,
    expected_calibration_error,
    roc_auc,
)

_LENGTHS = (0, 100, 300, 1000, 1 << 30)
PLAIN = "as it is"


class LabelFigures(NamedTuple):
    """One label's row of the report."""

    label: str
    positives: int
    auc: float
    calibration_error: float
    threshold: float
    decision: Correctness


class Slice(NamedTuple):
    """A part of the set: `value` is the AUC of a length slice, the recall under an evasion."""

    name: str
    size: int
    value: float


def label_figures(
    labelled: Labelled, scores: Mapping[str, Values], thresholds: Mapping[str, float]
) -> list[LabelFigures]:
    """One row for each label that the file has."""
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
    moderate: ModerateTexts, linear_logits: LinearLogits, texts: Sequence[str], seed: int = 0
) -> list[Slice]:
    """The share of abusive texts that are held: as they are, and with their abusive words
    disguised in each way."""
    verdicts = moderate(texts)
    spans = [
        abusive_spans(text, verdict, linear_logits)
        for text, verdict in zip(texts, verdicts, strict=True)
    ]
    changed = {PLAIN: list(texts)}
    for name, change in EVASIONS.items():
        rng = random.Random(f"{seed}/{name}")
        changed[name] = [
            evade_at(text, places, change, rng) for text, places in zip(texts, spans, strict=True)
        ]
    return [
        Slice(name, len(part), float(judge_texts(moderate, part).held.mean()))
        for name, part in changed.items()
    ]
