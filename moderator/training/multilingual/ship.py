"""Judges what no training saw with both stages, and writes the folder of the second model."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from moderator.scorers.compact.light_normalizer import LightNormalizer
from moderator.scorers.compact.scorer import CARD
from moderator.scorers.compact.two_stage import blend
from moderator.training.corpus.examples import Examples
from moderator.training.multilingual.blend import choose
from moderator.training.multilingual.caution import calibrate
from moderator.training.release.stages import Fitted, TrainedStages, window_logits, write_stages


def ship(output: Path, stages: TrainedStages, valid: Examples, card: str) -> str:
    """Blends and calibrates on `valid`, and writes files, manifest and checksums.

    Gives some lines with what was found.
    """
    no_truth = np.zeros((len(valid.texts), 0), np.bool_)  # labels are partial: see `blend.aucs`
    scored = window_logits(stages, LightNormalizer().fold, valid.texts, no_truth)
    choice = choose(scored, valid)
    logits = scored.worst(blend(scored.linear, scored.heads, choice.cascade))
    calibration = calibrate(logits, valid)
    fitted = Fitted(choice.cascade, calibration.knots, calibration.thresholds)
    write_stages(output, "multilingual", stages, fitted, "light", {CARD: card.encode()})
    return f"{choice.note}\n{calibration.note}"
