"""A text that quotes is scored twice: its author's words alone, and all of it."""

from __future__ import annotations

from msgspec import UNSET

from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.cascade import Cascade, Stage
from moderator.scorers.quotes import WithQuotes
from moderator.testing import StubScorer

TEXTS = ["vile", "> vile\nI disagree.", "kind", "> kind\nvile, you"]


def by_word(text: str) -> dict[str, float]:
    return {"toxicity": 0.9 if text.startswith("vile") else 0.3 if "vile" in text else 0.0}


def scored(scorer: StubScorer) -> list[Scored]:
    return WithQuotes(scorer).score([Document.of(text) for text in TEXTS])


def test_own_words_and_all_words_are_scored_apart() -> None:
    results = scored(StubScorer(by_word))
    assert [result.scores["toxicity"] for result in results] == [0.9, 0.0, 0.0, 0.9]
    assert [result.with_quotes for result in results] == [
        UNSET,
        {"toxicity": 0.3},
        UNSET,
        {"toxicity": 0.9},  # a kind quotation lowers nothing
    ]


def test_the_version_shows_that_quotes_are_scored() -> None:
    assert WithQuotes(StubScorer()).version != StubScorer().version


def test_a_scorer_that_fails_on_the_quotation_is_named() -> None:
    def refusing(text: str) -> dict[str, float]:
        if text.startswith(">"):
            raise ValueError
        return {"toxicity": 0.1}

    cascade = Cascade([Stage(StubScorer(refusing))])
    (result,) = WithQuotes(cascade).score([Document.of("> vile\nI disagree.")])
    assert result.scores == {"toxicity": 0.1}
    assert result.failed == ("stub",)
