"""Each text goes to the model of its language, doubtful ones to both, and unknown ones to none."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from moderator.language import UNKNOWN, Guess
from moderator.quoting.document import Document
from moderator.scorers import languages
from moderator.scorers.base import Host
from moderator.scorers.languages import ByLanguage, LazyScorer
from moderator.settings import Compact, Scorers
from moderator.testing import StubScorer


def document(code: str, probability: float) -> Document:
    return Document("text", (), "text", Guess(code, probability))


def routed(
    languages: tuple[str, ...] = ("en", "de"), *, english: float = 0.8, others: float | None = 0.6
) -> tuple[ByLanguage, StubScorer, StubScorer]:
    one = StubScorer(lambda _: {"toxicity": english}, name="compact")
    two = StubScorer(lambda _: {"toxicity": others or 0.0}, name="multilingual")
    lazy = None if others is None else LazyScorer("1", lambda: two)
    return ByLanguage(one, lazy, languages), one, two


@pytest.mark.parametrize(
    ("code", "probability", "score", "asked"),
    [
        ("en", 0.9, 0.8, (1, 0)),
        ("de", 0.9, 0.6, (0, 1)),
        ("en", 0.6, 0.8, (1, 0)),  # likely English: the other model would only add false alarms
        ("en", 0.1, 0.8, (1, 0)),  # misspelt, as much abuse is: no less English for it
        ("de", 0.7, 0.6, (1, 1)),  # English counts for 2 * 0.3 of its 0.8
        ("de", 0.3, 0.8, (1, 1)),
        ("fi", 0.3, 0.8, (1, 1)),  # not judged, but it may be another language
    ],
)
def test_a_text_goes_where_its_language_is_judged(
    code: str, probability: float, score: float, asked: tuple[int, int]
) -> None:
    scorer, one, two = routed()
    (scored,) = scorer.score([document(code, probability)])
    assert scored.scores["toxicity"] == pytest.approx(score)
    assert (len(one.batches), len(two.batches)) == asked
    assert not scored.unjudged


def test_a_language_that_is_not_judged_has_no_scores() -> None:
    scorer, one, two = routed()
    (scored,) = scorer.score([document("fi", 0.9)])
    assert (scored.scores, scored.unjudged) == ({}, True)
    assert not one.batches
    assert not two.batches


def test_a_foreign_text_is_not_judged_as_english() -> None:
    scorer, one, two = routed()
    foreign = Document("text", (), "text", Guess("de", 0.3, foreign=True))
    (scored,) = scorer.score([foreign])
    assert scored.scores["toxicity"] == pytest.approx(0.6)
    assert (len(one.batches), len(two.batches)) == (0, 1)
    (alone,) = routed(others=None)[0].score([foreign])
    assert alone.unjudged


def test_without_a_second_model_only_english_is_judged() -> None:
    scorer, _, _ = routed(others=None)
    german, doubtful = scorer.score([document("de", 0.9), document("de", 0.7)])
    assert german.unjudged
    assert doubtful.scores["toxicity"] == pytest.approx(0.8 * 0.6)


def test_a_text_without_words_goes_to_the_english_model() -> None:
    scorer, one, two = routed()
    scorer.score([Document("👍", (), "👍", UNKNOWN)])
    assert (len(one.batches), len(two.batches)) == (1, 0)


def test_results_keep_the_order_of_the_documents() -> None:
    scorer, _, _ = routed()
    found = scorer.score([document("de", 0.9), document("en", 0.9), document("fi", 0.9)])
    assert [scored.scores.get("toxicity") for scored in found] == [0.6, 0.8, None]


def test_the_second_model_is_loaded_when_it_is_needed() -> None:
    loaded: list[StubScorer] = []

    def load() -> StubScorer:
        loaded.append(StubScorer())
        return loaded[-1]

    scorer = ByLanguage(StubScorer(), LazyScorer("1", load), ("en", "de"))
    scorer.score([document("en", 0.9)])
    assert not loaded
    scorer.score([document("de", 0.9)])
    scorer.score([document("de", 0.9)])
    assert len(loaded) == 1


def test_two_threads_that_need_it_at_once_load_it_once() -> None:
    loaded: list[StubScorer] = []
    both = Barrier(2)

    def load() -> StubScorer:
        with suppress(BrokenBarrierError):
            both.wait(0.1)  # as long as a second call would take to come
        loaded.append(StubScorer())
        return loaded[-1]

    lazy = LazyScorer("1", load)
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: lazy.load(), range(2))
    assert first is second
    assert len(loaded) == 1


def test_the_version_changes_with_the_languages() -> None:
    assert routed(("en", "de"))[0].version != routed(("en", "fr"))[0].version


@pytest.mark.parametrize(
    ("codes", "lazy", "identified"),
    [(["en", "de"], False, [""]), (["en", "de"], True, []), (["en"], False, [])],
)
def test_what_other_languages_need_is_loaded_before_the_first_text(
    codes: list[str], lazy: bool, identified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(languages, "identify", asked.append)
    monkeypatch.setattr(languages, "load_compact", lambda *_: StubScorer(lambda _: {}))
    languages.load(Compact(), Host(Scorers.model_validate({"languages": codes}), lazy=lazy))
    assert asked == identified
