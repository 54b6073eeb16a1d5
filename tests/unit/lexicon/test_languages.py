"""The shipped terms of each language: found in its texts, and innocent look-alikes left alone."""

from __future__ import annotations

import pytest

from moderator.lexicon import Matcher


@pytest.mark.parametrize(
    ("language", "text", "term"),
    [
        ("ar", "اسكت يا كلب", "يا حمار"),
        ("cs", "to je teda kokot", "kokot"),
        ("da", "hold kæft din kælling", "hold kæft"),
        ("el", "είσαι μαλάκας τελείως", "μαλάκας"),
        ("fa", "خفه شو دیگه", "خفه شو"),
        ("fi", "voi vittu taas", "vittu"),
        ("he", "סתום את הפה כבר", "סתום"),
        ("hu", "fogd be te faszfej", "faszfej"),
        ("id", "dasar goblok", "goblok"),
        ("ja", "このクソガキめ", "カス野郎"),
        ("ko", "진짜 병신같네", "병신"),
        ("nl", "wat een klootzak ben jij", "klootzak"),
        ("no", "for en jævla dag", "jævla"),
        ("pl", "ty skurwysynu", "skurwysyn"),
        ("ro", "taci ba handicapatule", "handicapat"),
        ("sv", "håll käften", "håll käften"),
        ("th", "ไอ้ควายเอ๊ย", "ไอ้ควาย"),
        ("tr", "şerefsiz herif", "şerefsiz"),
        ("uk", "ти довбойоб", "довбойоб"),
        ("vi", "cái đồ mất dạy", "đồ ngu"),
    ],
)
def test_a_term_is_found_in_its_language_only(
    matcher: Matcher, language: str, text: str, term: str
) -> None:
    assert term in [match.term for match in matcher.find(text, language)]
    assert matcher.find(text, "en") == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "det er slut nu, kys din mor fra mig"),  # it is over now, give your mother a kiss
        ("de", "die dicke Katze schläft"),
        ("fr", "le train a du retard, je prends une douche"),
        ("fr", "le phoque mange un poisson"),
        ("es", "un gato negro"),
        ("sv", "fagert är livet, slut på dagen"),
        ("nl", "je kunt het zelf"),
        ("tr", "sık sık pikniğe gideriz"),  # "often", which is a coarse word without its dots
        ("vi", "con các bạn đi chợ, từ từ đi"),
        ("th", "เหยื่อของน้ำท่วม"),
        ("ko", "한 쌍의 새"),
    ],
)
def test_innocent_words_are_left_alone(matcher: Matcher, language: str, text: str) -> None:
    assert matcher.find(text, language) == []


def test_terms_known_everywhere_count_in_any_language(matcher: Matcher) -> None:
    assert [match.term for match in matcher.find("das ist so fucking langweilig", "de")] == ["fuck"]


def test_a_common_english_word_is_no_term_of_a_text_in_an_unknown_language(
    matcher: Matcher,
) -> None:
    assert matcher.find("curve") == []
    assert [match.term for match in matcher.find("curve", "ro")] == ["curva"]
