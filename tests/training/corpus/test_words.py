"""The words that folding restores come in one order, whatever the order of a set."""

import numpy as np

from moderator.training.corpus.words import frequent_words, trigger_words


def test_frequent_words_first_then_by_the_alphabet() -> None:
    texts = ["quince", "pear apple fig", "Pear apple", "pear 7 x"]
    assert frequent_words(texts, least=1) == ["pear", "apple", "fig", "quince"]
    assert frequent_words(texts, least=2) == ["pear", "apple"]


def test_words_with_digits_must_be_more_frequent() -> None:
    assert frequent_words(["b4 now"] * 3, least=2, least_with_digits=4) == ["now"]


def test_alarm_words_stand_in_abuse_nearly_always() -> None:
    folded = ["you fool", "such a fool", "a fool", "you there"]
    abusive = np.array([True, True, False, False])
    assert trigger_words(folded, abusive, share=0.6, least=2) == ["fool"]
    assert trigger_words(folded, abusive, share=0.7, least=2) == []
