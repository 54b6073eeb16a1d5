"""Lexicon, compact, Detoxify: built from settings, seen in scores and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from moderator.errors import SettingsError
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.quoting.document import Document
from moderator.records import Action, Comment
from moderator.settings import Settings
from moderator.wiring import CascadeObserver, build_pipeline, build_scorer

pytestmark = pytest.mark.timeout(400)  # whoever comes first makes the models

TEXTS = ("What a lovely day.", "You fucking idiot, I hate you.", "Thanks for the fish.", "no")


def settings(folder: Path, *use: str, **cascade: Any) -> Settings:
    detoxify = {"checkpoint": folder, "device": "cpu"}
    return Settings.model_validate(
        {"scorers": {"use": use, "detoxify": detoxify, "cascade": cascade}}
    )


def count(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(name, labels) or 0.0


def test_detoxify_judges_again_only_what_is_uncertain(releases: Mapping[str, Path]) -> None:
    folder = releases["bert"]
    documents = [Document.of(text) for text in TEXTS]
    before = build_scorer(settings(folder, "lexicon", "compact")).score(documents)
    alone = build_scorer(settings(folder, "detoxify")).score(documents)
    doubtful = before[1].scores["toxicity"]

    metrics = Metrics()
    threshold = (doubtful + alone[1].scores["toxicity"]) / 2
    policies = Policies("all", {"all": Policy(block={"toxicity": threshold})}, {})
    found = build_scorer(
        settings(
            folder, "lexicon", "compact", "detoxify",
            detoxify={"toxicity": (doubtful - 1e-6, doubtful + 1e-6)},
        ),
        CascadeObserver(metrics, policies),
    ).score(documents)  # fmt: skip

    for i in (0, 2, 3):
        assert found[i].scores == before[i].scores
    assert found[1].scores["toxicity"] == pytest.approx(alone[1].scores["toxicity"], abs=1e-6)
    assert found[1].scores["profanity"] == before[1].scores["profanity"]
    assert found[1].matches == before[1].matches != ()
    documents_total = "moderator_scorer_documents_total"
    assert count(metrics, documents_total, scorer="compact") == 4
    assert count(metrics, documents_total, scorer="detoxify") == 1
    refined = "moderator_scorer_refined_total"
    assert count(metrics, refined, scorer="detoxify", changed="true") == 1


def test_a_band_on_what_nobody_scores_before_is_refused(releases: Mapping[str, Path]) -> None:
    given = settings(releases["bert"], "lexicon", "detoxify", detoxify={"threat": (0.1, 0.9)})
    with pytest.raises(SettingsError, match=r"scorers\.cascade.*'threat': no scorer before"):
        build_scorer(given)


@pytest.fixture
def multilingual(releases: Mapping[str, Path], tmp_path: Path) -> tuple[Pipeline, Metrics]:
    """Detoxify alone, with `sexual_explicit`, under a policy that holds everything for it."""
    policy = tmp_path / "policy.toml"
    policy.write_text('default = "all"\n[policies.all.review]\nsexual_explicit = 0.000001\n')
    metrics = Metrics()
    given = settings(releases["xlm-roberta"], "detoxify").model_copy(update={"policy": policy})
    return build_pipeline(given, metrics), metrics


async def test_sexual_explicit_flows_through_scores_policy_and_metrics(
    multilingual: tuple[Pipeline, Metrics],
) -> None:
    pipeline, metrics = multilingual
    verdicts = await pipeline.moderate([Comment(id=text, text=text) for text in TEXTS])
    assert [verdict.action for verdict in verdicts] == [Action.REVIEW] * 4
    assert {reason.label for verdict in verdicts for reason in verdict.reasons} == {
        "sexual_explicit"
    }
    assert all(0 < verdict.scores["sexual_explicit"] < 1 for verdict in verdicts)
    assert count(metrics, "moderator_score_count", label="sexual_explicit") == 4
