"""Inflections of words whose spelling changes, and of those whose spelling does not."""

from __future__ import annotations

import pytest

from moderator.lexicon.entries.inflect import forms


@pytest.mark.parametrize(
    ("word", "plural"),
    [
        ("tranny", "trannies"), ("gay", "gays"), ("ass", "asses"), ("box", "boxes"),
        ("jizz", "jizzes"), ("bitch", "bitches"), ("bush", "bushes"), ("moth", "moths"),
        ("slut", "sluts"),
    ],
)  # fmt: skip
def test_plurals(word: str, plural: str) -> None:
    assert forms(word, "noun")[1] == plural
    assert forms(word, "noun")[-1] == f"{plural}'"


@pytest.mark.parametrize(
    ("word", "present"),
    [
        ("shag", {"shagging", "shaging"}),
        ("fag", {"fagging", "faging"}),
        ("rape", {"raping"}),
        ("pee", {"peeing"}),
        ("loot", {"looting"}),
        ("fuck", {"fucking"}),
        ("screw", {"screwing"}),
        ("box", {"boxing"}),
        ("ox", {"oxing"}),
        ("up", {"uping"}),
        ("hump", {"humping"}),
        ("egg", {"egging"}),
    ],
)
def test_the_last_letter_is_doubled_after_one_short_vowel(word: str, present: set[str]) -> None:
    assert {form for form in forms(word, "verb") if form.endswith("ing")} == present


def test_a_y_after_a_consonant_becomes_i() -> None:
    assert {"bullied", "bullier", "bulliers"} <= set(forms("bully", "verb"))
    assert not {"gaied", "gaier", "gaiers"} & set(forms("gay", "verb"))


def test_adjectives() -> None:
    assert forms("crappy", "adjective")[1:] == (
        "crappier", "crappiest", "crappily", "crappiness",
    )  # fmt: skip
    assert forms("dumb", "adjective")[1:] == ("dumber", "dumbest", "dumbly", "dumbness")
