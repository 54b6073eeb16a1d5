"""The blend is no worse than either stage, and what leaves early costs next to nothing."""

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("sklearn", reason="the extra train is not installed")

from moderator.evaluation.measures import roc_auc
from moderator.scorers.compact.two_stage import blend
from moderator.training.release.blend import Scored, fit_cascade


def made(seed: int = 0, texts: int = 4000) -> Scored:
    """Two noisy views of one truth; the first ten texts have two windows each."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(-5, 4, (texts, 6))
    truth = rng.random((texts, 6)) < 1 / (1 + np.exp(-strength))
    linear = (strength + rng.normal(0, 1.5, strength.shape)).astype(np.float32)
    heads = (strength + rng.normal(0, 1.0, strength.shape)).astype(np.float32)
    heads = np.concatenate([heads, heads[:, [0, 5]]], axis=1)
    starts = np.concatenate([np.arange(0, 20, 2), np.arange(20, texts)])
    return Scored(linear, heads, np.zeros(len(linear), np.bool_), starts, truth[starts])


def mean_auc(scored: Scored, logits: np.ndarray) -> float:
    return float(np.mean([roc_auc(scored.truth[:, at], logits[:, at]) for at in range(6)]))


def test_the_blend_beats_each_stage_and_texts_leave_early() -> None:
    scored = made()
    settings, logits, note = fit_cascade(scored)
    alone = max(
        mean_auc(scored, scored.worst(scored.linear)),
        mean_auc(scored, scored.worst(scored.heads[:, :6])),
    )
    assert mean_auc(scored, logits) > alone
    whole = blend(scored.linear, scored.heads, settings)
    assert mean_auc(scored, logits) >= mean_auc(scored, scored.worst(whole)) - 3e-4
    leaves = (scored.linear < settings.exit_threshold).all(axis=1)
    assert leaves.mean() > 0.02
    assert f"{leaves.mean():.3f} of the windows" in note
