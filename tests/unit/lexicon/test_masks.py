"""Masked words are looked up by the letters they show; no mask is written out beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, groupby, product

import msgspec
import pytest

from moderator.lexicon import load_lexicon
from moderator.lexicon.compiler import compile_lexicon
from moderator.lexicon.entries.dataset import Term
from moderator.lexicon.obfuscation.masks import MaskedForms


def term(spelling: str, *, boundary: str = "word", forms: str = "none", severity: int = 3) -> Term:
    return Term(spelling, "insult", severity, (spelling,), forms, boundary, "en", "x.toml:1")


def found(terms: list[Term], word: str) -> int | None:
    return MaskedForms(terms).term([(letter, len(list(run))) for letter, run in groupby(word)])


@pytest.mark.parametrize(
    ("word", "is_found"),
    [
        ("sh*t", True), ("s*it", True), ("shi*", True), ("sh**t", True),
        ("sh***t", False), ("s**t", False), ("s***", False), ("*hit", False), ("sx*t", False),
        ("shit", False), ("shi*t", False), ("s*i*t", False), ("*", False), ("", False),
    ],
)  # fmt: skip
def test_letters_shown(word: str, is_found: bool) -> None:
    assert (found([term("shit")], word) == 0) is is_found


def test_two_letters_are_enough_of_a_term_that_counts_inside_words() -> None:
    inside = [term("fuck", boundary="start", forms="verb")]
    assert found(inside, "f**k") == 0
    assert found(inside, "fu**") is None
    assert found(inside, "f****d") is None
    assert found([term("fuck")], "f**k") is None


def test_each_vowel_masked_by_itself() -> None:
    assert found([term("motherfucker")], "m*th*rf*ck*r") == 0
    assert found([term("motherfucker")], "m*th*rf*ck*d") is None


def test_doubled_letters_are_compared_as_they_are_written() -> None:
    terms = [term("asshole")]
    assert found(terms, "assh*le") == 0
    assert found(terms, "ash*le") is None


def test_the_first_listed_wins_and_mild_words_are_left_out() -> None:
    assert found([term("shat", severity=1), term("shot"), term("shit")], "sh*t") == 1


def test_a_mask_of_as_many_signs_as_letters_comes_before_one_too_long() -> None:
    assert found([term("shot"), term("shunt")], "sh**t") == 1


def words(count: int) -> Iterator[str]:
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
    for number, parts in enumerate(combinations(syllables, 3)):
        if number == count:
            return
        yield "".join(parts)


def test_a_large_lexicon_has_no_more_patterns_than_terms() -> None:
    large = msgspec.structs.replace(load_lexicon(), terms=tuple(map(term, words(5_000))))
    empty = msgspec.structs.replace(large, terms=())
    added = len(compile_lexicon(large).shapes) - len(compile_lexicon(empty).shapes)
    assert added <= len(large.terms)
