"""The pipeline judges in order, scores equal texts once, and never fails for a part of it."""

from collections.abc import Mapping, Sequence

import pytest

from moderator.metrics import Metrics
from moderator.quoting.document import Document
from moderator.records import Action, Comment, Scored, Verdict, to_json, verdict_from_json
from moderator.scorers.cascade import StageAnswer
from moderator.testing import StubScorer
from tests.unit.conftest import MakePipeline


def comments(*texts: str, community: str | None = None) -> list[Comment]:
    return [Comment(id=str(i), text=text, community=community) for i, text in enumerate(texts)]


def by_word(text: str) -> Mapping[str, float]:
    return {"toxicity": 0.95 if "vile" in text else 0.6 if "rude" in text else 0.01}


async def test_verdicts_come_in_order(make_pipeline: MakePipeline) -> None:
    verdicts = await make_pipeline(scorer=StubScorer(by_word)).moderate(
        comments("vile", "kind", "rude")
    )
    assert [v.id for v in verdicts] == ["0", "1", "2"]
    assert [v.action for v in verdicts] == [Action.BLOCK, Action.ALLOW, Action.REVIEW]


async def test_equal_texts_are_scored_once(make_pipeline: MakePipeline) -> None:
    scorer = StubScorer(by_word)
    verdicts = await make_pipeline(scorer=scorer).moderate(comments("vile", "vile", "kind"))
    assert scorer.batches == [["vile", "kind"]]
    assert [v.action for v in verdicts] == [Action.BLOCK, Action.BLOCK, Action.ALLOW]


async def test_known_texts_come_from_the_cache(make_pipeline: MakePipeline) -> None:
    scorer = StubScorer(by_word)
    pipeline = make_pipeline(scorer=scorer)
    (first,) = await pipeline.moderate(comments("vile"))
    again, new = await pipeline.moderate(comments("vile", "kind"))
    assert scorer.batches == [["vile"], ["kind"]]
    assert (first.cached, again.cached, new.cached) == (False, True, False)
    assert again.scores == first.scores


async def test_a_cached_score_is_judged_by_the_comments_own_policy(
    make_pipeline: MakePipeline,
) -> None:
    pipeline = make_pipeline(scorer=StubScorer(by_word))
    (standard,) = await pipeline.moderate(comments("vile"))
    (games,) = await pipeline.moderate(comments("vile", community="games"))
    assert games.cached
    assert (standard.action, games.action) == (Action.BLOCK, Action.ALLOW)
    assert (standard.policy.name, games.policy.name) == ("standard", "off")


async def test_another_scorer_version_does_not_meet_old_scores(
    make_pipeline: MakePipeline, metrics: Metrics
) -> None:
    from moderator.cache.memory import MemoryCache

    cache = MemoryCache(metrics, items=10, score_ttl_s=60, verdict_ttl_s=60)
    await make_pipeline(cache=cache, scorer=StubScorer(version="1")).moderate(comments("a"))
    (verdict,) = await make_pipeline(cache=cache, scorer=StubScorer(version="2")).moderate(
        comments("a")
    )
    assert not verdict.cached


class FailingScorer(StubScorer):
    def score(self, documents: Sequence[Document]) -> list[Scored]:
        return [Scored({}, failed=("stub",)) for _ in super().score(documents)]


async def test_a_failed_score_is_degraded_and_never_cached(make_pipeline: MakePipeline) -> None:
    pipeline = make_pipeline(scorer=FailingScorer())
    for _ in range(2):
        (verdict,) = await pipeline.moderate(comments("a"))
        assert verdict.degraded
        assert not verdict.cached
        assert verdict.action is Action.REVIEW
        assert verdict.reasons[0].rule == "review.scorer_failed"


async def test_the_beginning_of_a_long_text_is_judged_and_never_allowed_by_default(
    make_pipeline: MakePipeline,
) -> None:
    scorer = StubScorer(by_word)
    pipeline = make_pipeline(scorer=scorer, max_text_bytes=8)
    whole, long, hidden = await pipeline.moderate(comments("kind kin", "kind kind", "kind kinvile"))
    assert scorer.batches == [["kind kin"]]
    assert (whole.action, whole.reasons) == (Action.ALLOW, ())
    for verdict in (long, hidden):
        assert verdict.action is Action.REVIEW
        assert [reason.rule for reason in verdict.reasons] == ["review.truncated"]
    (again,) = await pipeline.moderate(comments("kind kin"))
    assert again.action is Action.ALLOW
    (vile,) = await pipeline.moderate(comments("vile and so on"))
    assert vile.action is Action.BLOCK


async def test_a_cut_falls_between_characters(make_pipeline: MakePipeline) -> None:
    scorer = StubScorer()
    await make_pipeline(scorer=scorer, max_text_bytes=7).moderate(comments("ääää", "ää\U0001f600b"))
    assert scorer.batches == [["äää", "ää"]]


async def test_an_explanation_reads_no_more_of_a_text_than_its_judgement(
    make_pipeline: MakePipeline,
) -> None:
    read: list[str] = []

    def trace(document: Document) -> Sequence[StageAnswer]:
        read.append(document.text)
        return ()

    pipeline = make_pipeline(max_text_bytes=8, trace=trace)
    (long,) = comments("kind kind kind")
    (verdict,) = await pipeline.moderate([long])
    await pipeline.explain(long, verdict)
    assert read == ["kind kin"]


async def test_what_a_scorer_saw_in_part_is_held_and_never_cached(
    make_pipeline: MakePipeline,
) -> None:
    class InPart(StubScorer):
        def score(self, documents: Sequence[Document]) -> list[Scored]:
            return [Scored({}, truncated=True) for _ in super().score(documents)]

    pipeline = make_pipeline(scorer=InPart())
    for _ in range(2):
        (verdict,) = await pipeline.moderate(comments("a"))
        assert not verdict.cached
        assert [reason.rule for reason in verdict.reasons] == ["review.truncated"]


async def test_an_empty_batch_works(make_pipeline: MakePipeline) -> None:
    scorer = StubScorer()
    assert await make_pipeline(scorer=scorer).moderate([]) == []
    assert scorer.batches == []


async def test_quoted_words_do_not_reach_the_toxicity_scorer(make_pipeline: MakePipeline) -> None:
    pipeline = make_pipeline(scorer=StubScorer(by_word))
    (verdict,) = await pipeline.moderate(comments("> vile\nI disagree."))
    assert verdict.action is Action.ALLOW


async def test_the_comment_is_carried_only_when_asked_for(make_pipeline: MakePipeline) -> None:
    comment = Comment(id="1", text="a", author="ann", extra={"votes": 3})
    (without,) = await make_pipeline().moderate([comment])
    (carried,) = await make_pipeline(carry_comment=True).moderate([comment])
    assert b"ann" not in to_json(without)
    assert carried.comment == {"id": "1", "text": "a", "author": "ann", "votes": 3}


async def test_a_verdict_survives_the_wire(make_pipeline: MakePipeline) -> None:
    (verdict,) = await make_pipeline(scorer=StubScorer(by_word)).moderate(comments("vile"))
    assert verdict_from_json(to_json(verdict)) == verdict


async def test_metrics_add_up(make_pipeline: MakePipeline, metrics: Metrics) -> None:
    pipeline = make_pipeline(scorer=StubScorer(by_word))
    await pipeline.moderate(comments("vile", "kind"))
    await pipeline.moderate(comments("vile", community="elsewhere"))

    def count(action: str, source: str) -> float | None:
        return metrics.registry.get_sample_value(
            "moderator_comments_total",
            {"action": action, "source": source, "community": "other", "policy": "standard"},
        )

    assert (count("block", "scorers"), count("allow", "scorers")) == (1, 1)
    assert count("block", "cache") == 1
    samples = metrics.registry.get_sample_value("moderator_score_count", {"label": "toxicity"})
    assert samples == 2


def test_a_verdict_remembers_its_text_in_memory_only() -> None:
    wire = (
        b'{"id":"1","action":"review","reasons":[],"scores":{},"matches":'
        b'[{"start":3,"end":7,"term":"darn","category":"mild","severity":1}],'
        b'"scorer":{"name":"s","version":"1"},"policy":{"name":"p","version":"1"},'
        b'"cached":false,"degraded":false,"scored_at":"2026-01-01T00:00:00Z","latency_ms":1.0}'
    )
    verdict: Verdict = verdict_from_json(wire)
    kept = verdict.about("oh darn it")
    assert kept.censored() == "oh **** it"
    assert b"darn it" not in to_json(kept)
    with pytest.raises(ValueError, match="without its text"):
        verdict.censored()


async def test_a_verdict_says_which_language_was_read(
    make_pipeline: MakePipeline, metrics: Metrics
) -> None:
    pipeline = make_pipeline(scorer=StubScorer(by_word))
    texts = comments("Das habe ich doch schon gestern gesagt.", "that is what they should know")
    for cached in (False, True):
        german, english = await pipeline.moderate(texts)
        assert (german.language, english.language) == ("de", "en")
        assert german.language_probability > 0.75
        assert german.cached is cached
    assert metrics.languages.labels("de", "allow")._value.get() == 2
