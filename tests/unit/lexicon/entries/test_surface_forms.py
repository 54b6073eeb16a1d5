"""The forms of a term that are written out: with gaps, split, misspelt."""

from __future__ import annotations

import pytest

from moderator.lexicon.entries.dataset import Allowed, Term
from moderator.lexicon.entries.surface_forms import (
    disguised,
    forms_to_hide,
    pig_latin,
    plausible,
    slips,
    split,
    stretched,
    surface_forms,
    swapped,
    typing_slips,
)


def term(
    *spellings: str, boundary: str = "word", forms: str = "none", language: str = "en"
) -> Term:
    return Term(spellings[0], "insult", 3, spellings, forms, boundary, language, "x.toml:1")


def test_a_gap_is_open_or_closed_and_an_underscore_always_open() -> None:
    entry = Allowed(("blow job the_mf",), "none", False, "x.toml:1")
    assert set(surface_forms(entry)) == {
        "blow job the mf", "blow jobthe mf", "blowjob the mf", "blowjobthe mf",
    }  # fmt: skip


def test_phrases_of_more_than_four_words_are_written_with_their_gaps_only() -> None:
    assert len(list(surface_forms(term("a b c d")))) == 8
    assert list(surface_forms(term("a b c d e"))) == ["a b c d e"]


def test_the_last_word_of_a_phrase_is_inflected() -> None:
    assert "blow jobs" in list(surface_forms(term("blow job", forms="noun")))


def test_two_spellings_in_plain_letters_are_worth_hiding_without_slang() -> None:
    hidden = dict(forms_to_hide(term("slut bag", "sl4t", "slat", forms="noun")))
    assert hidden == {"slutbag": ["slutbag", "slutbags", "slutbag's"]}
    assert [spelling for spelling, _ in forms_to_hide(term("slut", "slat", "slot"))] == [
        "slut", "slat",
    ]  # fmt: skip
    assert dict(forms_to_hide(term("schmuça"))) == {}
    verb = "fuck fucks fuck's fucked fucking fuckin fuckings fucker fuckers fucker's fuckable"
    assert dict(forms_to_hide(term("fuck", forms="verb"))) == {"fuck": verb.split()}


def test_a_form_is_split_once_or_twice() -> None:
    assert list(split("abc", 1)) == [("a", "bc"), ("ab", "c")]
    assert list(split("abc", 2)) == [("a", "bc"), ("ab", "c"), ("a", "b", "c")]


def test_pieces_that_are_words_or_look_like_words_give_no_disguise() -> None:
    shag = term("shag", language="de")
    found = set(disguised(shag, frozenset({"s"}), frozenset()))
    assert found == {"s hag", "sh ag", "sha g", "s h ag", "s ha g", "sh a g"}
    assert set(disguised(shag, frozenset({"s", "hag"}), frozenset())) == found - {"s hag"}
    assert "rap ist" not in set(disguised(term("rapist"), frozenset(), frozenset()))
    inside = set(disguised(term("rapist", boundary="anywhere"), frozenset(), frozenset()))
    assert "rap ist" in inside


@pytest.mark.parametrize(
    ("spelling", "hides"),
    [("abc", False), ("abcd", True), ("abcdefghijklmn", True), ("abcdefghijklmno", False)],
)
def test_only_spellings_of_4_to_14_letters_are_disguised(spelling: str, hides: bool) -> None:
    assert bool(list(disguised(term(spelling), frozenset(), frozenset()))) is hides


def test_only_spellings_of_up_to_six_letters_are_split_twice() -> None:
    def pieces(spelling: str) -> int:
        return max(form.count(" ") for form in disguised(term(spelling), frozenset(), frozenset()))

    assert (pieces("wanker"), pieces("wankers")) == (2, 1)


def test_slips_are_of_english_terms_and_not_words_themselves() -> None:
    def forms(boundary: str, language: str = "en", words: str = "", common: str = "") -> set[str]:
        entry = term("bitch", boundary=boundary, language=language)
        return set(disguised(entry, frozenset(words.split()), frozenset(common.split())))

    assert {"btich", "hctib", "bitc h", "bitchh", "bltch"} <= forms("start")
    assert {"btich", "hctib", "bitchh"} <= forms("word")
    assert {"bitchh", "bltch"} <= forms("start", "de")
    assert not {"btich", "hctib"} & forms("start", "de")
    assert not {"btich", "hctib", "bitchh"} & forms("start", words="btich bitchh", common="hctib")


def test_slips() -> None:
    assert set(slips("slick")) == {
        "sslick", "sllick", "sliick", "slicck", "slickk",  # a letter doubled
        "kcils",  # from its end
        "silck", "slcik", "slikc",  # two exchanged
        "slck",  # a vowel missing
        "slikk", "zlick", "slyck",  # by sound
        "ickslay", "fyvpx",  # in pig Latin, in ROT13
    }  # fmt: skip
    assert {"basard", "bstard"} & set(slips("bastard")) == {"bstard"}
    assert "fagtog" not in set(slips("faggot"))
    assert {"faqqot", "fa99ot", "fgagot"} <= set(slips("faggot"))


def test_of_short_words_only_slips_that_could_not_be_words() -> None:
    assert set(slips("dick")) == {
        "ddick", "diick", "dicck", "dickk", "kcid", "dcik", "ickday", "qvpx"
    }  # fmt: skip
    assert "phag" not in set(slips("cunt"))  # ROT13
    assert {"pnis", "pens", "psnie"} & set(slips("penis")) == {"pnis"}


def test_typing_slips_miss_an_inner_letter_or_its_key() -> None:
    assert set(typing_slips("whore")) == {
        "wore", "whre", "whoe",  # a letter missing
        "wgore", "wjore", "whire", "whpre", "whoee", "whote",  # the key beside it
    }  # fmt: skip
    assert set(typing_slips("dick")) == {"dck", "dik"}


def test_typing_slips_are_of_the_first_spelling_and_no_slips_of_innocent_words() -> None:
    entry = term("faggot", "phaggot", forms="noun")
    found = set(disguised(entry, frozenset(), frozenset({"fagot"}), {"faggpt"}))
    assert {"fagot", "faggpt"}.isdisjoint(found)
    assert {"faggt", "faggit", "fggots"} <= found
    assert {"paggot", "faggits"}.isdisjoint(found)


def test_typing_slips_of_a_short_term_are_long_enough_not_to_occur_by_chance() -> None:
    found = set(disguised(term("dick"), frozenset(), frozenset()))
    assert {"dck", "dik"}.isdisjoint(found)
    assert "dcik" in found
    assert "whoe" in set(disguised(term("whore"), frozenset(), frozenset()))


@pytest.mark.parametrize(
    ("piece", "looks_like_a_word"),
    [("ore", True), ("shi", True), ("a", False), ("t", False), ("sh", False), ("ck", False),
     ("tta", False), ("stra", True), ("tsra", False), ("yo", True), ("xy", True)],
)  # fmt: skip
def test_plausible(piece: str, looks_like_a_word: bool) -> None:
    assert plausible(piece) is looks_like_a_word


def test_stretched_doubles_letters_that_are_single() -> None:
    assert list(stretched("as")) == ["aas", "ass"]
    assert list(stretched("ass")) == ["aass"]
    assert list(stretched("aab")) == ["aabb"]


def test_swapped_writes_letters_as_those_that_look_alike() -> None:
    assert list(swapped("whib")) == ["whlb", "whjb", "vvhib", "whil3"]
    assert list(swapped("cunt")) == ["cvnt"]


@pytest.mark.parametrize(("word", "said"), [("slick", "ickslay"), ("arse", "arseyay")])
def test_pig_latin(word: str, said: str) -> None:
    assert pig_latin(word) == said
