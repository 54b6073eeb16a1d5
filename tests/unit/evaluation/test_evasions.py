"""Every evasion changes the word, and the same seed changes it the same way."""

import random

import pytest

from moderator.evaluation.evasions import EVASIONS, disguise, evade, evade_at

TEXT = "nobody believes that stupid story anymore"


@pytest.mark.parametrize("name", EVASIONS)
def test_each_evasion_changes_the_text(name: str) -> None:
    changed = evade(TEXT, EVASIONS[name], random.Random(1), share=1.0)
    assert changed != TEXT
    assert changed == evade(TEXT, EVASIONS[name], random.Random(1), share=1.0)


@pytest.mark.parametrize("name", EVASIONS)
def test_the_shortest_words_can_be_changed(name: str) -> None:
    for word in ("cat", "Fool"):
        assert EVASIONS[name](word, random.Random(2))


def test_a_share_of_none_changes_nothing() -> None:
    assert evade(TEXT, EVASIONS["leet"], random.Random(0), share=0.0) == TEXT


def test_a_disguise_differs() -> None:
    assert any(disguise(TEXT, random.Random(seed)) != TEXT for seed in range(5))


def test_a_disguise_keeps_to_the_ways_given() -> None:
    rng = random.Random(0)
    assert all(disguise("stupid", rng, (EVASIONS["repeated"],)).isascii() for _ in range(50))
    assert any(not disguise("stupid", rng).isascii() for _ in range(50))


def test_only_words_in_the_spans_are_disguised() -> None:
    changed = evade_at("nobody believes that", [(7, 15)], EVASIONS["masked"], random.Random(0))
    assert changed.split()[::2] == ["nobody", "that"]
    assert "*" in changed.split()[1]
