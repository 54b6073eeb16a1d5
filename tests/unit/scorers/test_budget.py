"""The budget of one text: what is judged of long ones, where matches lie, and the estimate."""

from __future__ import annotations

from collections.abc import Sequence

from moderator.lexicon import load_lexicon
from moderator.quoting.document import Document
from moderator.records import Match, Scored
from moderator.scorers.budget import TextBudget, WithinBudget
from moderator.scorers.lexicon import LexiconScorer


class Reader:
    """Remembers the documents that it was shown; finds "bad" in each."""

    name, version, labels = "reader", "1", ("toxicity",)

    def __init__(self) -> None:
        self.seen: list[Document] = []

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        self.seen += documents
        return [Scored({"toxicity": 0.1}, tuple(_bad(document.text))) for document in documents]


def _bad(text: str) -> list[Match]:
    places = [at for at in range(len(text)) if text.startswith("bad", at)]
    return [Match(at, at + 3, "bad", "insult", 2) for at in places]


def test_a_text_within_the_budget_is_shown_whole() -> None:
    reader = Reader()
    (result,) = WithinBudget(reader, TextBudget(30, 1)).score([Document.of("a" * 30)])
    assert reader.seen == [Document.of("a" * 30)]
    assert not result.over_budget


def test_of_a_longer_text_start_middle_and_end_are_shown() -> None:
    reader = Reader()
    text = "bad" + "a" * 97 + "bad" + "b" * 97 + "bad"
    short = Document.of("bad boy")
    results = WithinBudget(reader, TextBudget(30, 1)).score([Document.of(text), short])
    shown = reader.seen[0].text
    assert len(shown) == 32
    assert shown.startswith("bad")
    assert shown.endswith("bad")
    assert [result.over_budget for result in results] == [True, False]
    assert [text[m.start : m.end] for m in results[0].matches] == ["bad"] * 3
    assert [m.start for m in results[0].matches] == [0, 100, 200]
    assert [m.start for m in results[1].matches] == [0]


def test_a_match_across_two_parts_is_dropped() -> None:
    scorer = WithinBudget(LexiconScorer(load_lexicon()), TextBudget(30, 1))
    text = "a " * 4 + "f u" + " a" * 40 + "c k" + " a" * 80
    (result,) = scorer.score([Document.of(text)])
    assert result.matches == ()
    assert result.over_budget


def test_a_smaller_budget_shows_less() -> None:
    assert TextBudget.of(250) == TextBudget(65_700, 10)
    assert TextBudget.of(25) == TextBudget(6_570, 1)
    assert TextBudget.of(0.001) == TextBudget(3, 1)


def test_the_budget_is_part_of_the_version() -> None:
    versions = {WithinBudget(Reader(), TextBudget.of(ms)).version for ms in (50, 250)}
    assert len(versions) == 2
