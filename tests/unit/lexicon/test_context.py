"""Each rule by which the context of one match decides, with made-up names and homonyms."""

from __future__ import annotations

import pytest

from moderator.lexicon.ambiguity import Ambiguity
from moderator.lexicon.entries.dataset import Lexicon
from moderator.records import Match

NOTHING: frozenset[str] = frozenset()
LEXICON = Lexicon(
    (),
    (),
    NOTHING,
    NOTHING,
    frozenset({"kuntz"}),
    frozenset({"chink", "mf", "m8f"}),
    "",
)


def match(
    text: str,
    word: str,
    severity: int = 3,
    *,
    evasive: bool = False,
    category: str = "slur_race",
    term: str | None = None,
) -> Match:
    start = text.index(word)
    return Match(start, start + len(word), term or word, category, severity, evasive)


def counts(
    text: str,
    word: str,
    severity: int = 3,
    *,
    evasive: bool = False,
) -> bool:
    return bool(Ambiguity(LEXICON).counting(text, [match(text, word, severity, evasive=evasive)]))


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Stefan Kuntz came", True),
        ("my Stefan Kuntz came", True),
        ("Kuntz Stefan came", True),
        ("a day of Kuntz Stefan, here", True),
        ("Kuntz & Sons", True),
        ("Baker & Kuntz", True),
        ("the Kuntz", False),
        ("stefan kuntz came", False),
        ("Stefan KUNTZ came", False),
        ("Kuntz Abc is", True),
        ("Kuntz The is", False),
        ("No! Kuntz go home", False),  # "No" has its capital from the sentence
        ("Kuntz-Stefan is", False),  # white space must part them
        ("You Kuntz here", False),
        ("it was Kuntz again", True),
        ("so you Kuntz again", False),
        ("it was Kuntz you hear", False),
        ("the dirty old Kuntz again", False),
        ("those were Kuntz and scum", False),
        ("Kuntz", False),
        ("Kuntz!", False),
        ("Kuntz said it", True),
        ("Kuntz scored twice", True),
        ("Kuntz county is far", True),
        ("Kuntz's car", True),
        ("Kuntz’s car", True),
        ("Kuntz is far", False),
        ("what a day. Kuntz is far", False),
        ("what a day, Kuntz is far", True),
        ("what a day (Kuntz is far)", False),
        ("the Kuntz dunes", True),
        ("the dirty Kuntz dunes", False),
        ("the Kuntz school", False),
        ("Kuntz River", True),
        ("a dirty Stefan Kuntz came", True),
        ("Stefan, a dirty Kuntz came", False),
        ("it was Kuntz", True),
        ("what a day. Kuntz", False),
        ("the Kuntz of dunes", False),
    ],
)
def test_a_word_written_as_a_name(text: str, is_name: bool) -> None:
    word = "KUNTZ" if "KUNTZ" in text else "kuntz" if "kuntz" in text else "Kuntz"
    assert counts(text, word) is not is_name


def test_other_words_are_no_names() -> None:
    assert counts("Stefan Gork came", "Gork")


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("Stefan" + " " * 26 + "Kuntz is far", True),
        ("Stefan" + " " * 32 + "Kuntz is far", False),  # beyond 32 characters
        ("said to scum " + "a" * 28 + " Kuntz is", True),  # the same for hostile words
        ("said to scum " + "a" * 26 + " Kuntz is", False),
    ],
)
def test_names_are_looked_at_with_32_characters_around(text: str, is_name: bool) -> None:
    assert counts(text, "Kuntz") is not is_name


@pytest.mark.parametrize(
    ("text", "is_aimed"),
    [
        ("chink", True),
        ("a chink of light", False),
        ("chink of light", False),
        ("you chink", True),
        ("you are such a chink", True),
        ("you see here such a chink", False),  # four words before
        ("chink you are", True),
        ("a chink are you", False),
        ("this is a dirty old chink", True),
        ("a chink of scum", True),
        ("see those chink walls", True),
        ("those old chink walls", False),
        ("see chink those walls", False),
        ("a chink" + " " * 28 + "scum", True),
        ("a chink" + " " * 29 + "scum", False),
    ],
)
def test_a_homonym_counts_if_aimed_at_someone(text: str, is_aimed: bool) -> None:
    assert counts(text, "chink") is is_aimed


def test_an_abbreviation_alone_is_not_aimed() -> None:
    assert not counts("mf", "mf")
    assert counts("m8f", "m8f")


@pytest.mark.parametrize(
    ("text", "word", "is_name"),
    [
        ("we met Gork there", "Gork", True),
        ("We met Gork", "Gork", True),  # half of the words before have capitals
        ("We Met Gork", "Gork", False),  # Every Word Has One
        ("Gork met us", "Gork", False),
        ("we met. Gork there", "Gork", False),
        ("we met gork", "gork", False),
        ("we met Gor7", "Gor7", False),  # not letters alone
        ("we met x Gork", "Gork", True),
        ("met the Gork there", "Gork", False),
        ("so You Gork there", "Gork", False),
        ("Up Up Up Up Up" + " " * 18 + "met a man, so Gork came", "Gork", True),
    ],
)
def test_a_misspelt_term_inside_a_sentence_may_be_a_name(
    text: str, word: str, is_name: bool
) -> None:
    assert counts(text, word, evasive=True) is not is_name
    assert counts(text, word) is True


def test_a_match_of_several_words_ends_in_a_homonym() -> None:
    assert counts("so you mf left", "you mf")
    assert not counts("so an mf left", "an mf")
    assert counts("an mfs left", "mfs")


@pytest.mark.parametrize(
    ("severity", "evasive", "does"),
    [(2, False, False), (3, False, True), (2, True, True)],
)
def test_a_mild_word_after_a_point_is_a_file_extension(
    severity: int, evasive: bool, does: bool
) -> None:
    assert counts("the x.gork here", "gork", severity, evasive=evasive) is does
    assert counts("the x gork here", "gork", severity, evasive=evasive)


@pytest.mark.parametrize(
    ("text", "word", "severity", "evasive", "does"),
    [
        ("at www.gork here", "gork", 3, False, True),
        ("at www.gork here", "gork", 3, True, False),
        ("at www.x/gork here", "gork", 2, False, False),
        ("at www.x/gor here", "gor", 3, False, False),
        ("at www.x gor here", "gor", 3, False, True),
        ("gor at www.x", "gor", 3, False, True),
        ("at www.gork here", "gork here", 3, True, True),  # not all of it is in the address
        ("a key 4A-gork-12cd", "gork", 3, False, True),
        ("a key s4vLaTRogork1bV", "gork", 3, False, False),
        ("at www.x and 1.2.3 and gor", "gor", 3, False, True),
        ("at www.x/gor and 1.2.3", "gor", 3, False, False),
    ],
)
def test_in_addresses_and_code_only_grave_plain_words_of_four_letters_count(
    text: str, word: str, severity: int, evasive: bool, does: bool
) -> None:
    assert counts(text, word, severity, evasive=evasive) is does


@pytest.mark.parametrize(
    ("text", "word", "is_thrown"),
    [
        ("you bich", "bich", True),
        ("You, bich", "bich", True),
        ("you are bich", "bich", False),
        ("a bich", "bich", False),
        ("bich you", "bich", False),
        ("you bitches", "bitches", False),  # spelt as the term begins
        ("you bi-ch", "bi-ch", False),
        ("you         bich", "bich", False),  # eight characters before are looked at
    ],
)
def test_a_misspelt_insult_thrown_at_someone(text: str, word: str, is_thrown: bool) -> None:
    thrown = match(text, word, 2, category="insult", term="bitch")
    (kept,) = Ambiguity(LEXICON).counting(text, [thrown])
    assert kept.evasive is is_thrown


@pytest.mark.parametrize(("severity", "category"), [(1, "insult"), (3, "insult"), (2, "coarse")])
def test_only_insults_of_severity_2_are_thrown(severity: int, category: str) -> None:
    text = "you bich"
    found = match(text, "bich", severity, category=category, term="bitch")
    assert Ambiguity(LEXICON).counting(text, [found]) == [found]
