"""A term aimed at someone weighs more; words with other accents are other words."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.lexicon import Matcher, load_lexicon
from moderator.lexicon.aim import address_words, is_aimed

GERMAN = address_words("du dich dämlicher")


@pytest.mark.parametrize(
    ("text", "aimed"),
    [
        ("du Trottel", True),
        ("du bist ein echter Trottel", True),
        ("Trottel bist du", True),
        ("damlicher Trottel", True),  # without its accent
        ("@max Trottel", True),
        ("Trottel!", True),
        ("ich Trottel habe den Schlüssel vergessen", False),
        ("du sagst, dass da gestern ein Trottel stand", False),
    ],
)
def test_who_is_meant_stands_near(text: str, aimed: bool) -> None:
    at = text.index("Trottel")
    assert is_aimed(text, at, at + len("Trottel"), GERMAN) is aimed


def test_the_first_words_of_a_phrase_may_aim_it() -> None:
    assert is_aimed("na gut du alter Trottel", 7, 23, GERMAN)


@pytest.mark.parametrize(("text", "aimed"), [("你这个废物", True), ("垃圾和废物分开放", False)])
def test_without_spaces_the_address_is_part_of_the_text_near_by(text: str, aimed: bool) -> None:
    at = text.index("废物")
    assert is_aimed(text, at, at + 2, address_words("你")) is aimed


@pytest.mark.parametrize(
    ("language", "aimed", "alone"),
    [
        ("de", "du bist so ein Trottel", "ich Trottel habe das Licht angelassen"),
        ("es", "eres un imbécil", "aquel imbécil de la película"),
        ("fr", "t'es qu'un abruti", "il se prend pour un abruti"),
        ("it", "sei proprio un idiota", "mi sento un idiota oggi"),
        ("pl", "ty debilu jeden", "zachowałem się jak debil wczoraj"),
        ("pt", "você é um palhaço", "o palhaço do circo caiu"),
        ("ru", "ты просто клоун", "в цирке выступал клоун"),
        ("tr", "sen tam bir aptalsın", "kendimi aptal hissediyorum"),
    ],
)
def test_an_insult_is_mild_until_it_is_aimed(
    matcher: Matcher, language: str, aimed: str, alone: str
) -> None:
    assert max(match.severity for match in matcher.find(aimed, language)) == 3
    assert all(match.severity < 3 for match in matcher.find(alone, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "gửi được ít tiền về cho má"),  # to mother; "chó má" is an insult
        ("da", "når du kommer hjem i aften"),  # when; "nar" is a fool
        ("hu", "nagyon örült neki a kutyám"),  # was glad
        ("th", "มีคนวางยาเบื่อหมาในซอย"),
        ("pl", "pedały w rowerze skrzypią"),
        ("fr", "une tapette à souris"),
        ("es", "un concierto de puta madre"),
    ],
)
def test_words_with_other_marks_and_homonyms_are_left_alone(
    matcher: Matcher, language: str, text: str
) -> None:
    assert all(match.severity < 3 for match in matcher.find(text, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "eres un imbecil"),
        ("pt", "voce e um idiota inutil"),
        ("pl", "zamknij sie debilu, zabije cie"),
        ("cs", "ty jsi zmrd a curak"),
        ("tr", "sen serefsiz bir adamsin"),
        ("vi", "cam mom lai do cho chet"),
        ("ro", "esti un nesimtit si un ratat"),
        ("de", "du bist ein Kruppel und ein Arschloch"),
    ],
)
def test_accents_may_be_left_out(matcher: Matcher, language: str, text: str) -> None:
    assert max((match.severity for match in matcher.find(text, language)), default=0) >= 3


@pytest.mark.parametrize(("language", "text"), [("de", "so eine Scheiße"), ("ro", "ce căcat")])
def test_a_word_spelt_as_it_is_spelt_is_no_disguise(
    matcher: Matcher, language: str, text: str
) -> None:
    assert [match.evasive for match in matcher.find(text, language)] == [False]


def test_an_unknown_grade_of_aimed_terms_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text(
        'language = "de"\n[[terms]]\ncategory = "insult"\nseverity = 1\naimed = 5\n'
        'entries = ["trottel"]\n'
    )
    with pytest.raises(Exception, match="aimed = 5: choose one of"):
        load_lexicon([file])
