from __future__ import annotations

import numpy as np

from moderator.scorers.compact.calibration import Calibration
from moderator.training.corpus.examples import HEADS, LABELS, Examples, build, quiet
from moderator.training.multilingual.caution import calibrate, held_by_policy

THREAT = LABELS.index("threat")


def valid() -> Examples:
    """Quiet news, quiet talk of ours, and as much of ours to be held by every label."""
    texts = [str(number) for number in range(400)]
    abuse = build("own_de", 1.0, texts, **dict.fromkeys(HEADS, 1.0))
    return Examples.join([quiet("news_de", 1.0, texts), quiet("own_de", 1.0, texts), abuse])


def logits(threat_in_quiet_talk: float) -> np.ndarray:
    """Texts x labels: all quiet ones are low, but one in twenty of the quiet talk as a threat."""
    rng = np.random.default_rng(1)
    low, high = rng.normal(-4, 1, (800, len(LABELS))), rng.normal(4, 1, (400, len(LABELS)))
    low[400::20, THREAT] = threat_in_quiet_talk + np.arange(20) / 20
    return np.concatenate([low, high])


def test_hardly_any_news_is_held_and_nearly_all_abuse() -> None:
    raw = logits(-4.0)
    scores = Calibration(calibrate(raw, valid()).knots).probabilities(raw.astype(np.float32))
    held = held_by_policy(scores, valid())
    assert held.news <= 0.004
    assert held.own > 0.9


def test_quiet_talk_that_looks_like_a_threat_lowers_that_label_alone() -> None:
    raw = logits(3.0)
    calm, wary = (calibrate(each, valid()).knots for each in (logits(-4.0), raw))
    assert wary["threat"][1][1] < calm["threat"][1][1]
    scores = Calibration(wary).probabilities(raw.astype(np.float32))
    assert np.mean(scores[400:800, THREAT] >= 0.4) <= 0.005
