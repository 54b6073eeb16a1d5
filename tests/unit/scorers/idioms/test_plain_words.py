"""Figures of speech are read as what they mean, and only they."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.scorers.idioms import Idioms

IDIOMS = Idioms.shipped()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my back is killing me today", "my back is hurting me today"),
        ("my mum’s boss will kill me", "my mum’s boss will be cross with me"),
        ("what a stupid bug", "what a annoying bug"),
        ("the niger delta is polluted", "the nigeria delta is polluted"),
        ("you will kill yourself on that ladder", "you will trip on that ladder"),
        ("killing two birds with one stone", "do two things at once"),
        ("shut up, no way, you won", "wow, no way, you won"),
        ("disabled people deserve ramps.", "people deserve ramps."),
    ],
)
def test_what_is_said_is_read_as_what_is_meant(said: str, meant: str) -> None:
    assert IDIOMS.in_plain_words(said) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "the boss will kill mel",  # a word goes on after the phrase
        "what a stupid buggy ride",  # or after the words around it
        "unkill the lights",  # or before the phrase
        "i will kill you at the station",
        "shut up, nobody asked",
        "black people are not human beings",
        "i don't think black people are human beings",  # turned by a word before
        "disabled people deserve nothing",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert IDIOMS.in_plain_words(text) == text


def test_of_overlapping_phrases_the_first_and_longest_is_read() -> None:
    assert IDIOMS.in_plain_words("kill the lights, kill the bug") == (
        "turn off the lights, kill the bug"
    )
    assert IDIOMS.in_plain_words("drop dead gorgeous") == "very beautiful"


@given(st.lists(st.sampled_from(["kill", "s", " ", "the", "bug", "mood", "my", "’", "is", "ing"])))
def test_what_is_read_has_no_more_to_say(parts: list[str]) -> None:
    once = IDIOMS.in_plain_words("".join(parts))
    assert IDIOMS.in_plain_words(once) == once


def test_a_text_of_nothing_else_takes_linear_time() -> None:
    def seconds(words: int) -> float:
        text = "kill the " * words
        start = time.perf_counter()
        IDIOMS.in_plain_words(text)
        return time.perf_counter() - start

    seconds(100)
    assert min(seconds(4000) for _ in range(3)) < 40 * min(seconds(400) for _ in range(3))


@pytest.mark.parametrize(
    "text",
    [
        "murder the children",
        "someone should shoot the guard tomorrow",
        "kill all the rats that live in that neighbourhood",
        "i could murder some immigrants right now",
        "it is time to kill some people",
        "we should kill off the old people",
        "you are disgusting, lol",
        "kick out the chinks in our town",
        "chink of a landlord",
        "show me your great tits",
        "he is the shit under my shoe",
        "beat yourself up, save me the trouble",
    ],
)
def test_threats_and_insults_that_begin_like_one_stay(text: str) -> None:
    assert IDIOMS.in_plain_words(text) == text
