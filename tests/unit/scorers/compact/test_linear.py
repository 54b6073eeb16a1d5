"""The vectorised sums are those of a text alone, and of a plain loop."""

import numpy as np
import pytest

from moderator.scorers.compact.features import BUCKETS, feature_blocks
from moderator.scorers.compact.linear import LinearModel

TEXTS = ["a", "hello there", "x y z", "it's 12 o'clock", "naïve café", "...", "word " * 200]


def features(texts: list[str], at: int) -> list[list[int]]:
    return [
        buckets[first[at] : last[at]].tolist() for buckets, first, last in feature_blocks(texts)
    ]


@pytest.fixture(scope="module")
def model() -> LinearModel:
    weights = np.random.default_rng(0).integers(-127, 128, (BUCKETS, 2)).astype(np.int8)
    return LinearModel(weights, np.float32([0.1, 0.2]), np.float32([0.0, -1.0]))


@pytest.mark.parametrize("at", range(len(TEXTS)))
def test_features_do_not_depend_on_the_batch(at: int) -> None:
    assert features(TEXTS, at) == features([TEXTS[at]], 0)


def test_counts_of_features() -> None:
    lengths = [len(block) for block in features(["ab cd"], 0)]
    assert lengths == [7, 7, 7, 7, 7, 2, 1]  # " ab cd " has 7 bytes, two words, one pair


def test_equal_words_have_equal_buckets_wherever_they_stand() -> None:
    words = features(["one two one"], 0)[5]
    assert words[0] == words[2] != words[1]


def test_pairs_keep_their_order() -> None:
    assert features(["one two"], 0)[6] != features(["two one"], 0)[6]


def test_logits_are_the_plain_sum(model: LinearModel) -> None:
    weights = np.random.default_rng(0).integers(-127, 128, (BUCKETS, 2)).astype(np.int8)
    for at, row in enumerate(model.logits(TEXTS)):
        buckets = [bucket for block in features(TEXTS, at) for bucket in block]
        mean = weights[buckets].astype(np.int64).sum(axis=0) / np.sqrt(len(buckets))
        assert row == pytest.approx(mean * [0.1, 0.2] + [0.0, -1.0], rel=1e-5)


def test_no_texts_give_no_rows(model: LinearModel) -> None:
    assert model.logits([]).shape == (0, 2)


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        LinearModel(np.zeros((8, 2), np.int8), np.float32([1, 1]), np.float32([0, 0]))
