"""The abusive words are the lexicon's matches, or else those that weigh most."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from moderator import Moderator
from moderator.evaluation.abusive_words import abusive_spans, heaviest_words
from moderator.scorers.compact import CompactScorer


@pytest.fixture(scope="module")
def scorer() -> CompactScorer:
    return CompactScorer.load()


def words(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_lexicons_matches_come_first(
    scorer: CompactScorer, default_moderator: Moderator
) -> None:
    text = "what a sh1t, you bastard"
    (verdict,) = default_moderator.moderate([text])
    assert words(text, abusive_spans(text, verdict, scorer.linear_logits)) == ["sh1t", "bastard"]


def test_else_the_words_that_the_linear_stage_weighs_most(scorer: CompactScorer) -> None:
    text = "Honestly your moronic essay on gardening bores me, ignoramus"
    assert "moronic" in words(text, heaviest_words(text, scorer.linear_logits))


def test_the_two_heaviest_are_given_in_order() -> None:
    weights = {"filthy": 3.0, "little": 0.5, "liar": 2.0}

    def logits(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = [[sum(weights.get(word, 0.0) for word in text.split())] for text in texts]
        return np.array(rows, np.float32)

    text = "you little filthy liar go"
    assert words(text, heaviest_words(text, logits)) == ["filthy", "liar"]
    assert heaviest_words("be it so", logits) == []
    assert words("fine then", heaviest_words("fine then", logits)) == ["fine", "then"]
