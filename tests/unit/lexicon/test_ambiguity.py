"""Names, homonyms, addresses and code: the same letters, another meaning."""

from __future__ import annotations

import pytest

from moderator.lexicon import Matcher
from moderator.lexicon.matcher import NOT_ENGLISH


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
        "Kuntz scored twice",
        "Kike met his sister at noon.",
        "Paki dunes are lovely",
        "then Dick said no",
        "We asked Kuntz about the match.",
        "My friend Phúc cooks well.",
        "I read the part where Phuc leaves",
        "FK Partizan drew one all.",
        "The MF passes to the FW on the wing.",
        "open src/FCK_utils.py",
        "see lib/cnt_fk.sql for it",
        "self.cnt_total = 0",
        "the operator $\\hat X$ acts",
        "(pH4.95) with 8 mM KCl",
        "A 5.5 earthquake",
        "The clip B1TcHk9-a55 does not load.",
        "You will kill yourself on that ladder",
        "you'll kill yourself working like that",
        "Tetralogy of Fallot",
        "light fell through the chinks between the boards",
        "Walking the Paki dunes at dawn",
        "Kuntz & Sons, plumbing",
        "Baker & Kuntz",
        "for (int cnt = 0; cnt < 9; cnt++);",
        "a coon cat asleep",
        "they should burn the leaves",
        "curve",
        "yesterday we met Bastrd there",
        "FK",
        "FCK!",
        "cnt?",
        "the CCK module of Drupal",
        "we saw FCK win at home",
        "MF",
        "go die in the dungeon, the loot is worth it",
        "go and die to the boss once more",
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
        "Kike bastards run it",
        "you are a Kuntz",
        "that Paki again",
        "Dick move, man",
        "u mf",
        "you dirty little chink",
        "the mf fucking left",
        "hope you kill yourself on stream",
        "kill yourself, nobody cares",
        "will you please kill yourself",
    ],
)
def test_the_term_counts(text: str, matcher: Matcher) -> None:
    assert matcher.find(text)


@pytest.mark.parametrize(
    "text", ["you bich", "u btch", "You're betch", "oh you beetch", "oh sht", "OH SHT"]
)
def test_a_misspelt_insult_after_you_is_a_disguise(text: str, matcher: Matcher) -> None:
    assert [match.evasive for match in matcher.find(text)] == [True]


@pytest.mark.parametrize("text", ["you bitch", "such a bich", "oh shit"])
def test_other_insults_are_not(text: str, matcher: Matcher) -> None:
    assert [match.evasive for match in matcher.find(text)] == [False]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Mit fag er kemi", NOT_ENGLISH),
        ("Die Lampe ist mir zu hell", NOT_ENGLISH),
        ("chúc phúc cho bạn", "vi"),
        ("Slutt å mase, sa hun.", NOT_ENGLISH),
    ],
)
def test_words_of_another_language(text: str, language: str, matcher: Matcher) -> None:
    assert matcher.find(text)
    assert matcher.find(text, language) == []


@pytest.mark.parametrize("text", ["fück", "du bist ein fucker ja", "das ist f.u.c.k hier"])
def test_words_known_everywhere_count_in_another_language(text: str, matcher: Matcher) -> None:
    assert matcher.find(text, "de")
    assert matcher.find(text, NOT_ENGLISH)
