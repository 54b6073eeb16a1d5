"""The bundled model as a scorer: what it says, and that a batch says what its texts say alone."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moderator.errors import ModelError
from moderator.quoting.document import Document
from moderator.scorers.compact import CompactScorer
from moderator.scorers.compact.scorer import BUNDLED


@pytest.fixture(scope="module")
def scorer() -> CompactScorer:
    return CompactScorer.load()


def scores(scorer: CompactScorer, text: str) -> dict[str, float]:
    return scorer.score([Document.of(text)])[0].scores


def test_labels_are_detoxifys(scorer: CompactScorer) -> None:
    expected = "toxicity severe_toxicity obscene threat insult identity_attack"
    assert scorer.labels == tuple(expected.split())


def test_abuse_scores_high_and_kindness_low(scorer: CompactScorer) -> None:
    abuse, kind = scorer.score(
        [
            Document.of("You are a stupid fucking idiot."),
            Document.of("Thank you for the lovely photos."),
        ]
    )
    assert abuse.scores["toxicity"] > 0.9
    assert abuse.scores["insult"] > 0.7
    assert max(kind.scores.values()) < 0.1


def test_an_oath_is_not_a_threat(scorer: CompactScorer) -> None:
    said = scores(scorer, "American here. Yes. Fuck with us. Please.")
    assert said["obscene"] > 0.6
    assert said["threat"] < 0.2
    assert said["identity_attack"] < 0.2


def test_an_oath_in_a_long_calm_text_is_noticed(scorer: CompactScorer) -> None:
    said = scores(
        scorer,
        "The bridge took nine years and the budget was fucked up from the first day, but the town "
        "got it in the end. The river is wide there, the piers are granite, and the last span was "
        "lowered at night so that the ferries could go on. It is still the longest of its kind.",
    )
    assert said["obscene"] > 0.03
    assert said["insult"] < 0.3


def test_without_early_exit_the_sure_texts_hardly_change(scorer: CompactScorer) -> None:
    thorough = CompactScorer.load(early_exit=False)
    calm, abuse = "I have added a source to the article.", "You are a stupid fucking idiot."
    assert scores(thorough, abuse) == scores(scorer, abuse)
    assert scores(thorough, calm) != scores(scorer, calm)
    assert scores(thorough, calm)["toxicity"] == pytest.approx(
        scores(scorer, calm)["toxicity"], abs=0.02
    )


def test_threads_change_nothing(scorer: CompactScorer) -> None:
    texts = ["you idiot", "go to hell", "I will find you", "what a lovely day"]
    documents = [Document.of(text) for text in texts]
    assert CompactScorer.load(threads=3).score(documents) == scorer.score(documents)


def test_batches_of_several_threads_do_not_mix(scorer: CompactScorer) -> None:
    texts = ["you idiot", "go to hell", "I will find you", "what a lovely day"]
    batches = [[Document.of(f"{text} {number}") for text in texts] for number in range(24)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(scorer.score, batches)) == [scorer.score(one) for one in batches]


def test_what_is_quoted_is_not_charged(scorer: CompactScorer) -> None:
    assert scores(scorer, "> you fucking idiot\nThat is no way to talk.")["toxicity"] < 0.3
    assert scores(scorer, "> you fucking idiot")["toxicity"] > 0.8


@pytest.mark.parametrize("text", ["", " \n ", "\u200b"])
def test_nothing_said_scores_zero(scorer: CompactScorer, text: str) -> None:
    assert set(scores(scorer, text).values()) == {0.0}


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\ud800 you fucking idiot \ud800",
        "🖕 fuck \x00 you",
        "😀" * 5000,
        "a" * 65536,
        "\U0010ffff",
        "ب" * 999,
    ],
)
def test_odd_texts_get_probabilities(scorer: CompactScorer, text: str) -> None:
    assert all(0 <= score <= 1 for score in scores(scorer, text).values())


def test_padding_does_not_hide_abuse(scorer: CompactScorer) -> None:
    abuse = "you are a stupid fucking idiot, go to hell"
    padding = "The committee met on Tuesday and discussed the budget of the library. " * 40
    for text in (abuse + " " + padding, padding + abuse, padding + abuse + " " + padding):
        assert scores(scorer, text)["toxicity"] > 0.5


def test_a_batch_says_what_its_texts_say_alone(scorer: CompactScorer) -> None:
    texts = ["you idiot", "good morning", "", "long words here " * 300, "I will find you"]
    together = scorer.score([Document.of(text) for text in texts])
    for text, scored in zip(texts, together, strict=True):
        assert scored.scores == pytest.approx(scores(scorer, text), abs=1e-6)


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(BUNDLED, copy)
    with (copy / "words.txt").open("a") as words:
        words.write("x")
    with pytest.raises(ModelError, match=r"words\.txt: altered"):
        CompactScorer.load(copy)


def test_it_reports_how_much_reaches_the_encoder() -> None:
    heard: list[tuple[str, int]] = []
    scorer = CompactScorer.load(on_stage=lambda name, windows, _: heard.append((name, windows)))
    calm, doubtful = "I have added a source to the article.", "You are a complete idiot."
    scorer.score([Document.of(text) for text in (calm, calm, doubtful)])
    assert heard == [("compact_encoder", 1)]
    scorer.score([Document.of(calm)])
    assert len(heard) == 1


def test_of_a_long_text_the_worst_windows_are_judged_and_the_rest_is_admitted() -> None:
    limited = CompactScorer.load(max_windows=4)
    doubtful = " ".join(f"is {number} a stupid number or what, idiot?" for number in range(900))
    calm = "Thank you for the lovely photos of the garden. " * 400
    worst = "you stupid fucking bitch, i will kill you " * 8
    results = limited.score(
        [Document.of(text) for text in (doubtful, doubtful[:9_000] + worst + doubtful, calm, worst)]
    )
    assert [result.over_budget for result in results] == [True, True, False, False]
    assert results[1].scores["severe_toxicity"] > 2 * results[0].scores["severe_toxicity"]
    assert results[2].scores["toxicity"] < 0.5
