"""Which of several findings in one place is left."""

from __future__ import annotations

import pytest

from moderator.lexicon.finding import ALLOWLISTED, Finding, Rank, without_overlaps

SEVERITIES = (1, 2, 4, 4)


def plain(start: int, end: int, term: int = 0, *, evasive: bool = False) -> Finding:
    return Finding(start, end, Rank.PLAIN, term, evasive)


def disguised(start: int, end: int, term: int = 0) -> Finding:
    return Finding(start, end, Rank.DISGUISED, term, True)


def allowed(start: int, end: int) -> Finding:
    return Finding(start, end, Rank.ALLOWLISTED, ALLOWLISTED, False)


def left(*findings: Finding) -> list[tuple[int, int, int]]:
    kept = without_overlaps(findings, SEVERITIES)
    return [(finding.start, finding.end, finding.term) for finding in kept]


def test_nothing_found_leaves_nothing() -> None:
    assert left() == []


def test_those_that_only_touch_stay_in_order() -> None:
    assert left(plain(4, 8, 1), plain(0, 4, 0)) == [(0, 4, 0), (4, 8, 1)]


def test_of_those_that_overlap_the_first_and_longest_stays() -> None:
    assert left(plain(0, 4), plain(0, 8, 1), plain(6, 12, 0)) == [(0, 8, 1)]


def test_what_follows_is_measured_from_the_one_that_stayed() -> None:
    assert left(plain(0, 6), plain(4, 9, 1), plain(6, 12, 2)) == [(0, 6, 0), (6, 12, 2)]


@pytest.mark.parametrize(
    ("word", "is_left"),
    [((0, 8), False), ((0, 9), False), ((0, 7), True), ((3, 8), True), ((2, 8), False)],
)
def test_a_term_inside_an_allowlisted_word_goes(word: tuple[int, int], is_left: bool) -> None:
    assert bool(left(plain(2, 8), allowed(*word))) is is_left


def test_the_longest_allowlisted_word_counts_wherever_a_shorter_one_ends() -> None:
    assert left(allowed(0, 12), allowed(1, 4), plain(6, 10)) == []


@pytest.mark.parametrize("other", [plain(4, 8, 2), plain(4, 6, 2), plain(0, 4, 2)])
def test_a_phrase_counts_as_the_graver_word_in_it(other: Finding) -> None:
    assert left(plain(0, 8, 1), other) == [(0, 8, 2)]


@pytest.mark.parametrize(
    "other",
    [plain(4, 8, 0), plain(4, 9, 2), disguised(4, 8, 2), plain(4, 8, 2, evasive=True)],
    ids=["milder", "beyond its end", "disguised", "evasive"],
)
def test_it_counts_as_itself_beside_any_other(other: Finding) -> None:
    assert left(plain(0, 8, 1), other) == [(0, 8, 1)]


def test_the_first_of_two_equally_grave_words_is_the_one_it_counts_as() -> None:
    assert left(plain(0, 12, 1), plain(0, 4, 2), plain(4, 8, 3)) == [(0, 12, 2)]


def test_terms_of_other_languages_go_and_hide_nothing() -> None:
    kept = without_overlaps([plain(0, 8, 1), plain(2, 6, 0)], SEVERITIES, foreign={1})
    assert [finding.term for finding in kept] == [0]
