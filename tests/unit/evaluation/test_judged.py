"""Texts are judged as production judges them, quoting and policy included."""

from collections.abc import Iterable, Sequence

from moderator import Action, Moderator, Verdict
from moderator.evaluation.judged import judge_texts
from moderator.pipeline import Pipeline
from moderator.records import Component
from moderator.testing import StubScorer
from tests.unit.conftest import MakePipeline


def pipeline(make_pipeline: MakePipeline) -> Pipeline:
    def rule(text: str) -> dict[str, float]:
        return {"toxicity": 0.95 if "vile" in text else 0.6 if "rude" in text else 0.1}

    return make_pipeline(scorer=StubScorer(rule))


def test_scores_and_actions_come_in_order_and_quotes_are_set_apart(
    make_pipeline: MakePipeline,
) -> None:
    texts = ["kind", "vile", "rude", "> vile\nI disagree."]
    with Moderator(pipeline(make_pipeline)) as moderator:
        judged = judge_texts(moderator.moderate, texts)
    assert judged.scores["toxicity"].tolist() == [0.1, 0.95, 0.6, 0.1]
    assert judged.held.tolist() == [False, True, True, False]
    assert judged.blocked.tolist() == [False, True, False, False]
    assert judged.take(judged.held).scores["toxicity"].tolist() == [0.95, 0.6]


def test_large_sets_go_in_batches_and_progress_is_shown(make_pipeline: MakePipeline) -> None:
    sizes: list[int] = []
    tracked: list[int] = []
    with Moderator(pipeline(make_pipeline)) as moderator:

        def moderate(texts: Sequence[str]) -> list[Verdict]:
            sizes.append(len(texts))
            return moderator.moderate(texts)

        def track(starts: Iterable[int]) -> Iterable[int]:
            tracked.extend(starts)
            return tracked

        judged = judge_texts(moderate, ["kind", "rude"] * 150, track)
    assert (len(judged.held), sizes, tracked) == (300, [256, 44], [0, 256])


def test_a_label_that_a_text_was_not_scored_on_is_zero() -> None:
    given = [_verdict({"toxicity": 0.5}), _verdict({"threat": 0.7})]
    judged = judge_texts(lambda _: given, ["a", "b"])
    assert judged.scores["toxicity"].tolist() == [0.5, 0.0]
    assert judged.scores["threat"].tolist() == [0.0, 0.7]


def _verdict(scores: dict[str, float]) -> Verdict:
    part = Component("x", "1")
    return Verdict(
        id="1", action=Action.ALLOW, reasons=(), scores=scores, matches=(), scorer=part,
        policy=part, cached=False, degraded=False, scored_at="", latency_ms=0.0,
    )  # fmt: skip
