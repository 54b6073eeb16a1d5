"""Templates speak of every group on both sides, and are the same at every run."""

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")

from moderator.training.corpus.examples import HEADS
from moderator.training.corpus.templates import templates


def test_groups_stand_on_both_sides() -> None:
    examples = templates()
    toxic = examples.targets[:, HEADS.index("toxicity")] == 1
    for group in ("gay", "muslim", "women", "deaf"):
        held = np.array([group in text.lower() for text in examples.texts])
        assert (held & toxic).sum() > 5
        assert (held & ~toxic).sum() > 5


def test_they_are_the_same_at_every_run() -> None:
    assert templates(seed=3).texts == templates(seed=3).texts
    assert templates(seed=3).texts != templates(seed=4).texts


def test_no_placeholder_is_left() -> None:
    assert not [text for text in templates().texts if "{" in text]
