"""The vectorised sums are those of a text alone, and of a plain loop."""

import numpy as np
import pytest

from moderator.scorers.compact.features import BUCKETS, char_features, word_features
from moderator.scorers.compact.linear import LinearModel

TEXTS = ["a", "hello there", "x y z", "it's 12 o'clock", "naïve café", "...", "word " * 200, ""]
RANDOM = np.random.default_rng(0)
WEIGHTS = RANDOM.integers(-127, 128, (BUCKETS, 2)).astype(np.int8)
SQUARES = RANDOM.integers(0, 100, BUCKETS).astype(np.int8)
TABLE = np.column_stack([WEIGHTS, SQUARES])
SCALE, BIAS = np.array([0.1, 0.2], np.float32), np.array([0.0, -1.0], np.float32)


def features(texts: list[str], at: int) -> list[list[int]]:
    """Buckets of the n-grams, and of the words, of one text of a batch."""
    return [
        found.buckets[found.first[at] : found.first[at + 1]].tolist()
        for found in (char_features(texts), word_features(texts))
    ]


@pytest.mark.parametrize("at", range(len(TEXTS)))
def test_features_do_not_depend_on_the_batch(at: int) -> None:
    assert features(TEXTS, at) == features([TEXTS[at]], 0)


def test_each_feature_counts_once() -> None:
    # n-grams: " ab", "ab ", " ab "; words: "ab", "ab ab"
    assert [len(found) for found in features(["ab ab"], 0)] == [3, 2]
    assert [len(found) for found in features(["ab ab ab"], 0)] == [3, 2]


def test_ngrams_stay_within_words() -> None:
    """Three to five bytes of "hello" between spaces: 5, 4 and 3; of neighbours, none more."""
    assert len(features(["hello"], 0)[0]) == 12
    assert set(features(["hello you"], 0)[0]) == {
        bucket for word in ("hello", "you") for bucket in features([word], 0)[0]
    }


def test_equal_words_have_equal_buckets_wherever_they_stand() -> None:
    one = features(["one"], 0)[1]
    assert set(one) < set(features(["two one, three"], 0)[1])


def test_pairs_keep_their_order() -> None:
    assert features(["one two"], 0)[1] != features(["two one"], 0)[1]


def test_logits_are_the_plain_sum() -> None:
    logits = LinearModel(TABLE, SCALE, BIAS).logits(TEXTS)
    for at, row in enumerate(logits):
        mean = np.zeros(2)
        for buckets in features(TEXTS, at):
            length = np.sqrt(max(SQUARES[buckets].astype(np.int64).sum(), 1))
            mean += WEIGHTS[buckets].astype(np.int64).sum(axis=0) / length
        assert row == pytest.approx(mean * SCALE + BIAS, rel=1e-4)


def test_more_texts_than_fit_at_once() -> None:
    model = LinearModel(TABLE, SCALE, BIAS)
    many = model.logits([f"text {number}" for number in range(5000)])
    assert many[4500] == pytest.approx(model.logits(["text 4500"])[0])


def test_no_texts_give_no_rows() -> None:
    assert LinearModel(TABLE, SCALE, BIAS).logits([]).shape == (0, 2)


def test_weights_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        LinearModel(np.zeros((8, 3), np.int8), SCALE, BIAS)
