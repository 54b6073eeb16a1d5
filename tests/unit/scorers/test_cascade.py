"""The cascade: order, merging, bands, and failures kept to the documents concerned."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest

from moderator.errors import ScorerError, SettingsError
from moderator.quoting.document import Document
from moderator.records import Match, Scored
from moderator.scorers.cascade import Cascade, Stage

LABELS = ("toxicity", "insult")


class Fake:
    """Answers each text by a function, and remembers every call."""

    def __init__(
        self,
        name: str,
        answer: Callable[[str], Scored],
        labels: tuple[str, ...] = LABELS,
        version: str = "1",
    ) -> None:
        self.name, self.version, self.labels = name, version, labels
        self._answer = answer
        self.calls: list[list[str]] = []

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        self.calls.append([document.text for document in documents])
        return [self._answer(document.text) for document in documents]


class Recorder:
    def __init__(self) -> None:
        self.took: list[tuple[str, int]] = []
        self.failed: list[tuple[str, int]] = []
        self.refined: list[tuple[str, Scored, Scored]] = []

    def stage_took(self, name: str, documents: int, seconds: float) -> None:
        assert seconds >= 0
        self.took.append((name, documents))

    def stage_failed(self, name: str, documents: int) -> None:
        self.failed.append((name, documents))

    def stage_refined(self, name: str, before: Scored, after: Scored) -> None:
        self.refined.append((name, before, after))


def constant(toxicity: float, insult: float = 0.0) -> Callable[[str], Scored]:
    return lambda _: Scored({"toxicity": toxicity, "insult": insult})


def by_text(text: str) -> Scored:
    """The text is the toxicity."""
    return Scored({"toxicity": float(text), "insult": 0.0})


def poisoned(text: str) -> Scored:
    if text.startswith("poison"):
        raise ScorerError("cannot")
    return Scored({"toxicity": 0.25, "insult": 0.5})


def docs(*texts: str) -> list[Document]:
    return [Document.of(text) for text in texts]


def test_a_later_stage_replaces_labels_and_keeps_the_others() -> None:
    term = Match(0, 1, "a", "insult", 1)
    lexicon = Fake("lexicon", lambda _: Scored({"profanity": 1.0}, (term,)), ("profanity",))
    compact = Fake("compact", constant(0.2, 0.3))
    heavy = Fake("heavy", lambda _: Scored({"toxicity": 0.9}, (term,)), ("toxicity",))
    cascade = Cascade([Stage(lexicon), Stage(compact), Stage(heavy)])
    assert cascade.name == "lexicon+compact+heavy"
    assert cascade.labels == ("profanity", "toxicity", "insult")
    assert cascade.score(docs("x")) == [
        Scored({"profanity": 1.0, "toxicity": 0.9, "insult": 0.3}, (term, term))
    ]


def test_a_banded_stage_sees_only_what_is_uncertain_and_order_is_kept() -> None:
    heavy, seen = Fake("heavy", constant(1.0)), Recorder()
    cascade = Cascade([Stage(Fake("light", by_text)), Stage(heavy, {"toxicity": (0.3, 0.7)})], seen)
    results = cascade.score(docs("0.1", "0.3", "0.5", "0.7", "0.9"))
    assert heavy.calls == [["0.3", "0.5", "0.7"]]
    assert [scored.scores["toxicity"] for scored in results] == [0.1, 1.0, 1.0, 1.0, 0.9]
    assert seen.took == [("light", 5), ("heavy", 3)]
    assert [
        (name, before.scores["toxicity"], after.scores["toxicity"])
        for name, before, after in seen.refined
    ] == [("heavy", 0.3, 1.0), ("heavy", 0.5, 1.0), ("heavy", 0.7, 1.0)]


def test_a_banded_stage_with_nothing_to_see_is_not_called() -> None:
    heavy = Fake("heavy", constant(1.0))
    cascade = Cascade([Stage(Fake("light", by_text)), Stage(heavy, {"toxicity": (0.3, 0.7)})])
    cascade.score(docs("0.1"))
    assert heavy.calls == []


def test_what_an_earlier_stage_failed_on_is_uncertain() -> None:
    heavy = Fake("heavy", constant(0.5))
    cascade = Cascade([Stage(Fake("light", poisoned)), Stage(heavy, {"toxicity": (0.9, 1.0)})])
    results = cascade.score(docs("fine", "poison"))
    assert heavy.calls == [["poison"]]
    assert results[1] == Scored({"toxicity": 0.5, "insult": 0.0}, failed=("light",))


def test_one_poison_text_does_not_fail_its_batch() -> None:
    light, seen = Fake("light", constant(0.1)), Recorder()
    cascade = Cascade([Stage(light), Stage(Fake("heavy", poisoned))], seen)
    results = cascade.score(docs("a", "poison", "b"))
    assert [scored.failed for scored in results] == [(), ("heavy",), ()]
    assert [scored.scores["toxicity"] for scored in results] == [0.25, 0.1, 0.25]
    assert seen.failed == [("heavy", 1)]


def test_a_scorer_that_always_fails_is_given_up_after_three() -> None:
    broken = Fake("broken", poisoned)
    results = Cascade([Stage(broken)]).score(docs(*[f"poison{i}" for i in range(50)]))
    assert [len(call) for call in broken.calls] == [50, 1, 1, 1]
    assert {scored.failed for scored in results} == {("broken",)}
    assert len(results) == 50


def test_one_document_alone_is_tried_once() -> None:
    broken = Fake("broken", poisoned)
    assert Cascade([Stage(broken)]).score(docs("poison"))[0].failed == ("broken",)
    assert len(broken.calls) == 1


@pytest.mark.parametrize(
    "scores",
    [
        {"toxicity": math.nan, "insult": 0.0},
        {"toxicity": 1.01, "insult": 0.0},
        {"toxicity": -0.01, "insult": 0.0},
        {"toxicity": 0.5},
    ],
    ids=["nan", "above", "below", "label missing"],
)
def test_no_probability_is_a_failure_of_that_document(scores: dict[str, float]) -> None:
    good = Scored({"toxicity": 0.5, "insult": 0.0})
    odd = Fake("odd", lambda text: Scored(scores) if text == "odd" else good)
    results = Cascade([Stage(odd)]).score(docs("a", "odd"))
    assert results == [good, Scored({}, failed=("odd",))]


def test_a_wrong_count_is_a_failure() -> None:
    class Short(Fake):
        def score(self, documents: Sequence[Document]) -> list[Scored]:
            return super().score(documents)[:-1]

    results = Cascade([Stage(Short("short", constant(0.1)))]).score(docs("a", "b"))
    assert [scored.failed for scored in results] == [("short",), ("short",)]


def test_an_error_of_any_kind_is_kept_apart_and_its_message_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def explode(text: str) -> Scored:
        raise KeyError(text)

    results = Cascade([Stage(Fake("light", constant(0.1))), Stage(Fake("odd", explode))]).score(
        docs("private words")
    )
    assert results == [Scored({"toxicity": 0.1, "insult": 0.0}, failed=("odd",))]
    assert "KeyError" in caplog.text
    assert "private" not in caplog.text


def test_the_version_changes_with_stages_and_bands() -> None:
    light, heavy = Fake("light", constant(0)), Fake("heavy", constant(0))
    newer = Fake("heavy", constant(0), version="2")
    versions = [
        Cascade(stages).version
        for stages in (
            [Stage(light), Stage(heavy)],
            [Stage(light), Stage(newer)],
            [Stage(heavy), Stage(light)],
            [Stage(light), Stage(heavy, {"toxicity": (0.3, 0.7)})],
            [Stage(light), Stage(heavy, {"toxicity": (0.3, 0.8)})],
        )
    ]
    assert len(set(versions)) == len(versions)
    assert Cascade([Stage(light), Stage(heavy)]).version == versions[0]


@pytest.mark.parametrize(
    ("band", "message"),
    [
        ({"threat": (0.1, 0.9)}, "no scorer before it gives this label"),
        ({"toxicity": (0.9, 0.1)}, "low <= high"),
        ({"toxicity": (0.1, 1.5)}, "low <= high"),
    ],
)
def test_an_impossible_band_is_refused(band: dict[str, tuple[float, float]], message: str) -> None:
    light, heavy = Fake("light", constant(0)), Fake("heavy", constant(0))
    with pytest.raises(SettingsError, match=message):
        Cascade([Stage(light), Stage(heavy, band)])


def test_no_stage_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"scorers\.use"):
        Cascade([])


def test_no_documents_no_results() -> None:
    assert Cascade([Stage(Fake("light", constant(0)))]).score([]) == []


def cut(_: str) -> Scored:
    return Scored({"toxicity": 0.1, "insult": 0.0}, truncated=True)


def dear(_: str) -> Scored:
    return Scored({"toxicity": 0.1, "insult": 0.0}, over_budget=True)


@pytest.mark.parametrize("in_part", [cut, dear])
def test_what_one_stage_judged_in_part_is_judged_in_part(
    in_part: Callable[[str], Scored],
) -> None:
    def fails(_: str) -> Scored:
        raise ScorerError("down")

    for first, second in ((in_part, constant(0.1)), (constant(0.1), in_part), (in_part, fails)):
        stages = [Stage(Fake("a", first)), Stage(Fake("b", second))]
        (scored,) = Cascade(stages).score([Document.of("x")])
        assert scored.truncated == in_part("x").truncated
        assert scored.over_budget == in_part("x").over_budget
