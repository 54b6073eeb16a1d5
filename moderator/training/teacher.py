"""What both stages together say of the training texts: soft labels for one more round."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from moderator.scorers.compact.cascade import blend
from moderator.training.blend import fit_cascade
from moderator.training.datasets import LABELS, Examples
from moderator.training.ship import Parts, score_windows


def soft_targets(
    examples: Examples, valid: Examples, parts: Parts, kept: Path, threads: int
) -> np.ndarray:
    """Probabilities n x heads, nan for texts of several windows, whose parts may differ.

    The stages are blended as is best for `valid`; `kept` holds what was found for when the
    training is started again.
    """
    if kept.exists():
        found: np.ndarray = np.load(kept)
        return found
    cascade, _, _ = fit_cascade(score_windows(valid, parts, threads))
    scored = score_windows(examples, parts, threads)
    logits = scored.heads.copy()
    logits[:, : len(LABELS)] = blend(scored.linear, scored.heads, cascade)
    windows = np.diff(np.append(scored.starts, len(logits)))
    soft = 1 / (1 + np.exp(-logits[scored.starts]))
    soft[windows > 1] = np.nan
    np.save(kept, soft.astype(np.float32))
    return np.asarray(soft, np.float32)
