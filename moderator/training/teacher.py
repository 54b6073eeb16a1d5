"""What both stages together say of the training texts: soft labels for one more round."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from moderator.scorers.compact.cascade import blend
from moderator.scorers.compact.settings import CascadeSettings
from moderator.training.datasets import LABELS, Examples
from moderator.training.ship import Parts, score_windows


def soft_targets(
    examples: Examples, parts: Parts, cascade: CascadeSettings, kept: Path, threads: int
) -> np.ndarray:
    """Probabilities n x heads, nan for texts of several windows, whose parts may differ.

    `kept` holds them for when the training is started again.
    """
    if kept.exists():
        found: np.ndarray = np.load(kept)
        return found
    scored = score_windows(examples, parts, threads)
    logits = scored.heads.copy()
    logits[:, : len(LABELS)] = blend(scored.linear, scored.heads, cascade)
    windows = np.diff(np.append(scored.starts, len(logits)))
    soft = 1 / (1 + np.exp(-logits[scored.starts]))
    soft[windows > 1] = np.nan
    np.save(kept, soft.astype(np.float32))
    return np.asarray(soft, np.float32)
