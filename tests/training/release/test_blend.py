"""The blend is no worse than either stage, reads `attack` if the domains gain by it, and what
leaves early costs next to nothing."""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("sklearn", reason="the extra train is not installed")

from moderator.scorers.compact.two_stage import blend
from moderator.training.corpus.examples import HEADS, LABELS, LINEAR_HEADS
from moderator.training.release.blend import fit_cascade
from moderator.training.release.scored import LabelledLogits, WindowLogits, mean_auc

COUNT = len(LABELS)


def made(seed: int = 0, texts: int = 4000) -> WindowLogits:
    """Two noisy views of one truth; the first ten texts have two windows each."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(-5, 4, (texts, COUNT))
    truth = rng.random(strength.shape) < 1 / (1 + np.exp(-strength))
    linear = strength + rng.normal(0, 1.5, strength.shape)
    heads = strength + rng.normal(0, 1.0, strength.shape)
    linear = np.column_stack([linear, linear[:, 0]]).astype(np.float32)
    heads = np.column_stack([heads, heads[:, [0, 5, 0]]]).astype(np.float32)
    starts = np.concatenate([np.arange(0, 20, 2), np.arange(20, texts)])
    return WindowLogits(linear, heads, np.zeros(len(linear), np.bool_), starts, truth[starts])


def domain(seed: int, texts: int = 1500) -> WindowLogits:
    """Held texts that only `attack` sees."""
    rng = np.random.default_rng(seed)
    hold = rng.random(texts) < 0.3
    linear = rng.normal(-4, 1, (texts, len(LINEAR_HEADS)))
    heads = rng.normal(-4, 1, (texts, len(HEADS)))
    heads[hold, HEADS.index("attack")] += 3
    linear[hold, LINEAR_HEADS.index("attack")] += 2
    nothing = np.zeros(texts, np.bool_)
    return WindowLogits(
        linear.astype(np.float32), heads.astype(np.float32), nothing, np.arange(texts),
        hold[:, None],
    )  # fmt: skip


JUDGED = LabelledLogits(made(), {"one": domain(1), "two": domain(2)})


def test_the_blend_beats_each_stage_and_texts_leave_early() -> None:
    scored = JUDGED.jigsaw
    settings, logits, note = fit_cascade(JUDGED)
    labels = list(range(1, COUNT))  # toxicity is chosen for the domains too
    fitted = WindowLogits(logits, logits, scored.triggered, np.arange(len(logits)), scored.truth)
    alone = max(mean_auc(scored, scored.linear), mean_auc(scored, scored.heads))
    assert mean_auc(fitted, logits) > alone
    whole = blend(scored.linear, scored.heads, settings)
    assert mean_auc(fitted, logits) >= mean_auc(scored, whole) - 3e-4
    leaves = (scored.linear < settings.exit_threshold).all(axis=1)
    assert leaves.mean() > 0.02
    assert f"{leaves.mean():.3f} of Jigsaw's windows" in note
    assert all(settings.encoder_heads[at][at] >= 0.7 for at in labels)


def test_toxicity_reads_attack_if_the_domains_gain_by_it() -> None:
    settings, _, _ = fit_cascade(JUDGED)
    toxicity = dict(zip(HEADS, settings.encoder_heads[0], strict=True))
    assert toxicity["attack"] > 0
    only = np.zeros(len(HEADS))
    only[0] = 1
    rows = (tuple(only.tolist()), *settings.encoder_heads[1:])
    blind = type(settings)(**{**_asdict(settings), "encoder_heads": rows})
    assert JUDGED.domain_auc(settings) > JUDGED.domain_auc(blind) + 0.05


def _asdict(settings: object) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}  # type: ignore[attr-defined]
