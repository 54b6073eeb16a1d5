"""What holds for any text whatever."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.lexicon import Matcher, profanity
from moderator.records import Match
from moderator.text.normalise import normalise

TERMS = ["fuck", "sh1t", "a$$", "f u c k", "b**ch", "ｃｕｎｔ", "n\u200bigger", "хуй", "🖕", "8==D"]
PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(TERMS),
    st.sampled_from([" ", "\n", "> ", ".", "*", "\u0301", "\u200b", "🇫🇺", "я", "é", "'"]),
)
TEXTS = st.lists(PIECES, max_size=20).map("".join)
MATCHES = st.builds(
    Match,
    start=st.just(0),
    end=st.just(1),
    term=st.just("t"),
    category=st.just("insult"),
    severity=st.integers(1, 4),
    evasive=st.booleans(),
    quoted=st.booleans(),
)


@given(text=TEXTS)
@settings(max_examples=400, deadline=None)
def test_spans_lie_in_the_text_in_order_and_apart(matcher: Matcher, text: str) -> None:
    matches = matcher.find(text)
    assert all(0 <= match.start < match.end <= len(text) for match in matches)
    assert all(one.end <= other.start for one, other in pairwise(matches))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_normalising_twice_changes_nothing_and_offsets_never_go_back(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal.text).text == normal.text
    assert len(normal.starts) == len(normal.text)
    assert all(one <= other for one, other in pairwise(normal.starts))
    assert all(0 <= start < len(text) for start in normal.starts)


@given(text=st.text(alphabet=st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])))
@settings(max_examples=400, deadline=None)
def test_any_string_can_be_searched(matcher: Matcher, text: str) -> None:
    matcher.find(text)


@given(st.lists(MATCHES, max_size=12), MATCHES)
def test_one_match_more_never_lowers_the_score(matches: list[Match], more: Match) -> None:
    for quoted in (False, True):
        before = profanity(matches, include_quoted=quoted)
        after = profanity([*matches, more], include_quoted=quoted)
        assert 0.0 <= before <= after + 1e-12 <= 1.0 + 1e-12


def test_mild_words_alone_never_reach_what_blocks() -> None:
    mild = [Match(0, 1, f"t{number}", f"c{number}", 1) for number in range(100)]
    assert profanity(mild) == pytest.approx(0.4)


def test_repeating_a_term_adds_nothing_and_another_of_its_category_half() -> None:
    one, other = Match(0, 1, "a", "insult", 2), Match(0, 1, "b", "insult", 2)
    assert profanity([one] * 9) == profanity([one]) == pytest.approx(0.55)
    assert profanity([one, other]) == pytest.approx(1 - 0.45 * (1 - 0.55 / 2))
    elsewhere = Match(0, 1, "b", "sexual", 2)
    assert profanity([one, elsewhere]) == pytest.approx(1 - 0.45 * 0.45)
    disguised = Match(0, 1, "a", "insult", 2, evasive=True)
    assert profanity([one, disguised]) == profanity([disguised])


def test_quoted_matches_count_only_when_asked_for() -> None:
    quoted = Match(0, 1, "t", "insult", 3, quoted=True)
    assert profanity([quoted]) == 0.0
    assert profanity([quoted], include_quoted=True) > 0.8


def test_random_code_points_raise_nothing(matcher: Matcher) -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        size = chance.randrange(30)
        matcher.find("".join(chr(chance.randrange(0x110000)) for _ in range(size)))
