"""The vectorised sums are those of a text alone, and of a plain loop."""

import numpy as np
import pytest

from moderator.scorers.compact.features import BUCKETS, char_features, word_features
from moderator.scorers.compact.linear import LinearModel

TEXTS = ["a", "hello there", "x y z", "it's 12 o'clock", "naïve café", "...", "word " * 200, ""]
WEIGHTS = np.random.default_rng(0).integers(-127, 128, (BUCKETS, 2)).astype(np.int8)
SCALE, BIAS = np.array([0.1, 0.2], np.float32), np.array([0.0, -1.0], np.float32)


def features(texts: list[str], at: int) -> list[list[list[int]]]:
    return [
        [block.buckets[block.first[at] : block.first[at + 1]].tolist() for block in blocks]
        for blocks in (char_features(texts), word_features(texts))
    ]


@pytest.mark.parametrize("at", range(len(TEXTS)))
def test_features_do_not_depend_on_the_batch(at: int) -> None:
    assert features(TEXTS, at) == features([TEXTS[at]], 0)


def test_each_feature_counts_once() -> None:
    chars, words = features(["ab ab"], 0)
    # " ab ab " and then zeros: two bytes long are " a", "ab", "b " and the end
    assert [len(block) for block in chars] == [4, 5, 6, 7, 7]
    assert [len(block) for block in words] == [1, 1]


def test_equal_words_have_equal_buckets_wherever_they_stand() -> None:
    one, _ = features(["one"], 0)[1]
    words, _ = features(["two one, three"], 0)[1]
    assert len(words) == 3
    assert set(one) < set(words)


def test_pairs_keep_their_order() -> None:
    assert features(["one two"], 0)[1][1] != features(["two one"], 0)[1][1]


def test_logits_are_the_plain_sum() -> None:
    logits = LinearModel(WEIGHTS, SCALE, BIAS).logits(TEXTS)
    for at, row in enumerate(logits):
        mean = np.zeros(2)
        for blocks in features(TEXTS, at):
            buckets = [bucket for block in blocks for bucket in block]
            mean += WEIGHTS[buckets].astype(np.int64).sum(axis=0) / np.sqrt(max(len(buckets), 1))
        assert row == pytest.approx(mean * SCALE + BIAS, rel=1e-4)


def test_more_texts_than_fit_at_once() -> None:
    model = LinearModel(WEIGHTS, SCALE, BIAS)
    many = model.logits([f"text {number}" for number in range(5000)])
    assert many[4500] == pytest.approx(model.logits(["text 4500"])[0])


def test_no_texts_give_no_rows() -> None:
    assert LinearModel(WEIGHTS, SCALE, BIAS).logits([]).shape == (0, 2)


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        LinearModel(np.zeros((8, 2), np.int8), SCALE, BIAS)
