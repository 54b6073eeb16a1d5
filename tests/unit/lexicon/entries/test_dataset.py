"""What follows from a term's data."""

from __future__ import annotations

import pytest

from moderator.lexicon.entries.dataset import Fault, Term, languages_by_term


def term(
    *spellings: str,
    language: str = "en",
    boundary: str = "word",
    severity: int = 1,
    category: str = "insult",
) -> Term:
    return Term(spellings[0], category, severity, spellings, "none", boundary, language, "x.toml:1")


@pytest.mark.parametrize(
    ("boundary", "does"),
    [("word", False), ("compound", False), ("start", True), ("anywhere", True)],
)
def test_whether_it_counts_inside_words(boundary: str, does: bool) -> None:
    assert term("blat", boundary=boundary).counts_inside_words is does


@pytest.mark.parametrize(
    ("severity", "category", "is_worth"),
    [(1, "insult", False), (2, "insult", True), (4, "coarse", True), (1, "extremism", True)],
)
def test_whether_it_is_worth_hiding(severity: int, category: str, is_worth: bool) -> None:
    assert term("blat", severity=severity, category=category).worth_hiding is is_worth


def test_a_term_counts_in_the_languages_of_all_that_are_spelled_alike() -> None:
    terms = [term("a", "b"), term("b", "c", language="de"), term("c", language="sv")]
    assert languages_by_term(terms) == [{"en", "de"}, {"en", "de", "sv"}, {"de", "sv"}]


def test_a_fault_names_its_place() -> None:
    assert str(Fault("x.toml:3", "bad")) == "x.toml:3: bad"
    assert str(Fault("x.toml:3", "bad", warning=True)) == "x.toml:3: warning: bad"
