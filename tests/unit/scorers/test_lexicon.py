"""The lexicon as a scorer: spans in the original, quotes not charged."""

from __future__ import annotations

from bisect import bisect_right

import pytest

from moderator.lexicon import load_lexicon
from moderator.lexicon.matcher import MAX_MATCHES
from moderator.quoting.document import Document
from moderator.records import Match
from moderator.scorers.lexicon import LexiconScorer


@pytest.fixture(scope="module")
def scorer() -> LexiconScorer:
    return LexiconScorer(load_lexicon())


def test_a_match_has_its_offsets_in_the_original(scorer: LexiconScorer) -> None:
    text = "American here. Yes. Fuck with us. Please."
    (result,) = scorer.score([Document.of(text)])
    (match,) = result.matches
    assert text[match.start : match.end] == "Fuck"
    assert match == Match(20, 24, "fuck", "coarse", 3)
    assert result.scores["profanity"] > 0.8


def test_clean_text_scores_nothing(scorer: LexiconScorer) -> None:
    (result,) = scorer.score([Document.of("Will NATO really risk a war over Latvia?")])
    assert result.scores == {"profanity": 0.0}
    assert result.matches == ()


def test_what_is_quoted_is_reported_and_not_charged(scorer: LexiconScorer) -> None:
    quoted, alone, own = scorer.score(
        [
            Document.of("> you stupid fuck\nPlease be civil."),
            Document.of("> you stupid fuck"),
            Document.of("you stupid fuck"),
        ]
    )
    for result in (quoted, alone):
        assert [match.quoted for match in result.matches] == [True, True]
        assert result.scores["profanity"] == 0.0
    assert own.scores["profanity"] > 0.8


def test_results_come_in_the_order_of_the_documents(scorer: LexiconScorer) -> None:
    results = scorer.score([Document.of(text) for text in ("shit", "fine", "sh1t")])
    assert [bool(result.matches) for result in results] == [True, False, True]
    assert [match.evasive for r in results for match in r.matches] == [False, True]


def test_a_flood_of_matches_is_reported_in_part(scorer: LexiconScorer) -> None:
    (result,) = scorer.score([Document.of("fuck " * 2_000)])
    assert len(result.matches) == MAX_MATCHES
    assert result.matches[-1].start == 5 * (MAX_MATCHES - 1)
    assert result.scores["profanity"] == pytest.approx(0.85)  # repeating it adds no evidence


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("> kill yourself\nlol", True),
        ("> kill yourself\nplease stop posting such things here", False),
        ("> you stupid idiot\nlol", False),
    ],
)
def test_a_gravest_term_is_not_hidden_by_quoting_it(
    text: str, held: bool, scorer: LexiconScorer
) -> None:
    (result,) = scorer.score([Document.of(text)])
    assert all(match.quoted for match in result.matches)
    assert (result.scores["profanity"] >= 0.6) is held


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("you s<b>l</b>ut", ["s<b>l</b>ut"]),
        ("you c&#117;nt", ["c&#117;nt"]),
        ("a ||wh||ore here", ["wh||ore"]),
        ("you f**u**ck", ["f**u**ck"]),
        ("you \u202etnuc\u202c", ["tnuc"]),
        ("oh ʇıɥs", ["ʇıɥs"]),
        (":regional_indicator_f: :regional_indicator_a: :regional_indicator_g:",
         [":regional_indicator_f: :regional_indicator_a: :"]),
        ("#NoFagsHere", ["Fags"]),
        ("so <b>bold</b> and ||hidden||", []),
        ("JavaScript and McDonald", []),
    ],
)  # fmt: skip
def test_markup_inside_words_and_glued_words_are_seen_through(
    text: str, spans: list[str], scorer: LexiconScorer
) -> None:
    (result,) = scorer.score([Document.of(text)])
    assert [text[match.start : match.end] for match in result.matches] == spans


def test_many_quotes_and_many_matches_cost_their_sum_and_not_their_product(
    scorer: LexiconScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def counted(starts: list[int], at: int) -> int:
        looks.append(at)
        return bisect_right(starts, at)

    monkeypatch.setattr("moderator.scorers.lexicon.bisect_right", counted)
    (result,) = scorer.score([Document.of(">shit\nfuck\n" * 400)])
    assert len(looks) <= 2 * MAX_MATCHES
    assert [match.quoted for match in result.matches] == [True, False] * (MAX_MATCHES // 2)


@pytest.mark.parametrize("flood", ["> shit\n", "Scunthorpe ", "class ", "shiitake "])
def test_a_flood_of_what_is_not_charged_hides_nothing(scorer: LexiconScorer, flood: str) -> None:
    (result,) = scorer.score([Document.of(flood * 600 + "fuck you")])
    assert result.scores["profanity"] > 0.8
