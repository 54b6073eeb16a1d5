"""Names, homonyms, addresses and code: the same letters, another meaning."""

from __future__ import annotations

import pytest

from moderator.lexicon import Matcher, load_lexicon


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load_lexicon())


@pytest.mark.parametrize(
    "text",
    [
        "Stefan Kuntz trained the side for years.",
        "Kike Garcia scored in extra time.",
        "We slid down the Te Paki dunes.",
        "My colleague Phuc Nguyen reviewed it.",
        "A thin ray came through a chink between the shutters.",
        "Put homo milk in the coffee.",
        "The steel slag is recycled.",
        "Add an FK constraint on orders.",
        "Room 455, seat A55",
        "v1.4.55-a55",
        "watch https://youtu.be/MFk_uunlhW0",
        "s4vLaTRo8Uq1bV/ky5s/s9FJsuwk9eCOuVZ1W8s8eRHlzgo3FC6voX8k",
        "The file df7c758b-ee21-4a55-a93e-0f6facdcdb5f is missing.",
        "the subs.ass file",
    ],
)
def test_another_meaning_does_not_count(text: str, matcher: Matcher) -> None:
    assert matcher.find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "you kuntz",
        "shut up you chink",
        "those homo bastards",
        "Hey Kuntz you",
        "KIKE GARCIA",
        "ch1nk",
        "kikes everywhere",
        "http://fuck.example/you is the address",
        "F4ckYouB1tch",
        "fuck_you",
    ],
)
def test_the_term_counts(text: str, matcher: Matcher) -> None:
    assert matcher.find(text)
