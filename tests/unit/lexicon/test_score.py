"""The exact weight of one match, and of several."""

from __future__ import annotations

import pytest

from moderator.lexicon import profanity
from moderator.records import Match


def match(
    severity: int,
    term: str = "t",
    category: str = "insult",
    *,
    evasive: bool = False,
    quoted: bool = False,
) -> Match:
    return Match(0, 1, term, category, severity, quoted=quoted, evasive=evasive)


@pytest.mark.parametrize(
    ("severity", "weight", "hidden"),
    [(1, 0.15, 0.15), (2, 0.55, 0.64), (3, 0.85, 0.88), (4, 0.97, 0.976)],
)
def test_a_disguise_weighs_more_unless_the_word_is_mild(
    severity: int, weight: float, hidden: float
) -> None:
    assert profanity([match(severity)]) == pytest.approx(weight)
    assert profanity([match(severity, evasive=True)]) == pytest.approx(hidden)


def test_of_one_category_the_gravest_term_counts_whole_and_each_further_one_half_as_much() -> None:
    matches = [match(2, "a"), match(4, "b"), match(3, "c")]
    expected = 1 - (1 - 0.97) * (1 - 0.85 / 2) * (1 - 0.55 / 4)
    assert profanity(matches) == profanity(matches[::-1]) == pytest.approx(expected)


def test_mild_and_grave_terms_of_one_category_do_not_share_it() -> None:
    assert profanity([match(2, "a"), match(1, "b")]) == pytest.approx(1 - 0.45 * 0.85)


def test_mild_terms_below_their_limit_count_as_they_are() -> None:
    matches = [match(1, "a"), match(1, "b", "coarse")]
    assert profanity(matches) == pytest.approx(1 - 0.85 * 0.85)


def test_mild_terms_together_count_up_to_their_limit_and_apart_from_grave_ones() -> None:
    mild = [match(1, str(number), str(number)) for number in range(9)]
    assert profanity(mild) == pytest.approx(0.4)
    assert profanity([*mild, match(2)]) == pytest.approx(1 - 0.6 * 0.45)


def test_quoted_matches_count_on_request_only_and_leave_the_others() -> None:
    matches = [match(4, quoted=True), match(2, "own")]
    assert profanity(matches) == pytest.approx(0.55)
    assert profanity(matches, include_quoted=True) == pytest.approx(1 - 0.03 * (1 - 0.55 / 2))
