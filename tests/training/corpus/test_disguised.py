"""Disguised copies are of both kinds, keep their labels, and differ from what they copy."""

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")

from moderator.training.corpus.disguised import disguised
from moderator.training.corpus.examples import build


def test_as_many_quiet_copies_as_abusive_ones() -> None:
    texts = [f"some plain words number{n} stand here" for n in range(50)]
    toxic = [1.0] * 10 + [0.0] * 40
    labels = dict.fromkeys(
        ("severe_toxicity", "obscene", "threat", "insult", "identity_attack"), [0.0] * 50
    )
    comments = build("made", 1.0, texts, toxicity=toxic, **labels)
    copies = disguised(comments)
    assert np.count_nonzero(copies.targets[:, 0] == 1) == 10
    assert np.count_nonzero(copies.targets[:, 0] == 0) == 10
    assert sum(text in texts for text in copies.texts) < 5
    assert disguised(comments).texts == copies.texts
    assert (copies.weights < comments.weights[0]).all()
