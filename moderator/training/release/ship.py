"""Blends, calibrates and writes the English model's folder, from what the stages left behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.normalizer import Normalizer
from moderator.scorers.compact.scorer import CARD
from moderator.training.corpus.domains import Domain
from moderator.training.corpus.examples import LABELS, Examples
from moderator.training.release.blend import fit_cascade
from moderator.training.release.calibrate import best_probability, fit_knots
from moderator.training.release.card import unmeasured
from moderator.training.release.scored import LabelledLogits, WindowLogits
from moderator.training.release.stages import Fitted, TrainedStages, window_logits, write_stages


class Parts(NamedTuple):
    """The trained stages and the words that go with them."""

    words: list[str]
    triggers: list[str]
    stages: TrainedStages


def ship(
    output: Path,
    parts: Parts,
    judged: LabelledLogits,
    card: str,
) -> str:
    """Blends and calibrates on what was scored, and writes files, manifest and checksums.

    The card's figures are struck out, being another model's. Gives a line with what the
    validation part said.
    """
    cascade, logits, note = fit_cascade(judged)
    knots = {}
    thresholds = {}
    for at, label in enumerate(LABELS):
        raw, truth = logits[:, at], judged.jigsaw.truth[:, at]
        knots[label] = fit_knots(raw, truth)
        thresholds[label] = best_probability(raw, truth, knots[label])
    others = {
        CARD: unmeasured(card).encode(),
        "trigger_words.txt": "\n".join(parts.triggers).encode(),
        "words.txt": "\n".join(parts.words).encode(),
    }
    fitted = Fitted(cascade, knots, thresholds)
    write_stages(output, "compact", parts.stages, fitted, "english", others)
    return note


def judge(
    valid: Examples, others: Sequence[Domain], parts: Parts, threads: int = 2
) -> LabelledLogits:
    """Both stages on every window of Jigsaw's validation part and of the domains."""
    fold = Normalizer(parts.words, parts.triggers).fold

    def scored(texts: Sequence[str], truth: npt.NDArray[np.bool_]) -> WindowLogits:
        return window_logits(parts.stages, fold, texts, truth, parts.triggers, threads)

    return LabelledLogits(
        scored(valid.texts, valid.targets[:, : len(LABELS)] >= 0.5),
        {each.name: scored(each.texts, each.hold[:, None]) for each in others},
    )
