"""What ships loads and scores, is blended by the mean over sets, and holds few quiet texts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("sklearn", reason="the extra train is not installed")

from moderator.quoting.document import Document
from moderator.scorers.compact import CompactScorer
from moderator.scorers.compact.calibration import Calibration
from moderator.scorers.compact.features import BUCKETS
from moderator.scorers.compact.settings import EncoderSettings
from moderator.training.corpus.examples import HEADS, LABELS, LINEAR_HEADS, Examples, build, quiet
from moderator.training.fit.linear import LinearWeights
from moderator.training.multilingual.blend import aucs, choose
from moderator.training.multilingual.caution import calibrate, held_by_policy
from moderator.training.multilingual.ship import ship
from moderator.training.release.export import export_encoder
from moderator.training.release.scored import WindowLogits
from moderator.training.release.stages import TrainedStages
from tests.training.tiny import write_tokenizer

FILLERS = tuple(f"wort{number}" for number in range(60))
WORDS = ("<s>", "<pad>", "</s>", "<unk>", "gut", "böse", "tag", *FILLERS)
WIDTH, INNER, WINDOW = 24, 48, 16
GROUPS = ("labelled_xx", "own_xx")


def texts_of(count: int = 600, seed: int = 0) -> Examples:
    """Labelled and own texts, half of them abusive, and quiet news."""
    rng = np.random.default_rng(seed)
    hold = rng.random(count) < 0.5
    heads: dict[str, object] = dict.fromkeys(HEADS, hold.astype(np.float32))
    texts = [
        f"{'böse' if held else 'gut'} {FILLERS[one]} {FILLERS[two]}"
        for held, (one, two) in zip(hold, rng.integers(len(FILLERS), size=(count, 2)), strict=True)
    ]
    parts = [build(name, 1.0, texts, **heads) for name in GROUPS]
    return Examples.join(
        [*parts, quiet("news_xx", 1.0, [f"tag {FILLERS[at % 60]}" for at in range(count)])]
    )


def views(valid: Examples, seed: int = 1) -> WindowLogits:
    """The encoder sees abuse in `attack` only, the linear stage faintly."""
    rng = np.random.default_rng(seed)
    hold = valid.targets[:, 0] > 0.5
    linear = rng.normal(-1, 2, (len(hold), len(LINEAR_HEADS)))
    heads = rng.normal(-1, 1, (len(hold), len(HEADS)))
    linear[hold] += 1
    heads[hold, HEADS.index("attack")] += 4
    nothing = np.zeros(len(hold), np.bool_)
    none = np.zeros((len(hold), 0), np.bool_)
    return WindowLogits(
        linear.astype(np.float32), heads.astype(np.float32), nothing, np.arange(len(hold)), none
    )


def test_toxicity_reads_the_head_that_ranks_best() -> None:
    valid = texts_of()
    scored = views(valid)
    cascade, note = choose(scored, valid)
    row = dict(zip(HEADS, cascade.encoder_heads[0], strict=True))
    assert row["attack"] > 0.5
    assert min(aucs(scored, valid, cascade).values()) > 0.95
    assert set(aucs(scored, valid, cascade)) == {"labelled_xx", "own"}
    assert "labelled_xx 0.9" in note


def test_calibration_is_lowered_until_the_news_pass() -> None:
    valid = texts_of(2_000)
    rng = np.random.default_rng(2)
    strength = np.where(valid.targets[:, 0] > 0.5, 2.0, -2.0)
    news = np.array([source == "news_xx" for source in valid.sources])
    strength[news] += np.where(rng.random(int(news.sum())) < 0.05, 1.0, 0)
    logits = np.repeat((strength + rng.normal(0, 0.8, len(strength)))[:, None], len(LABELS), axis=1)
    found = calibrate(logits, valid)
    held = held_by_policy(Calibration(found.knots).probabilities(logits.astype(np.float32)), valid)
    assert held.news <= 0.004
    assert held.own > 0.7
    assert set(found.thresholds) == set(LABELS)


def test_the_folder_loads_and_scores(tmp_path: Path) -> None:
    write_tokenizer(tmp_path, WORDS)
    fitted = LinearWeights(
        np.random.default_rng(3).integers(1, 9, (BUCKETS, len(LINEAR_HEADS) + 1), np.int8),
        np.ones(len(LINEAR_HEADS), np.float32),
        np.linspace(-1, 1, len(LINEAR_HEADS), dtype=np.float32),
    )
    graph = export_encoder(encoder_weights(), WINDOW)
    tokenizer = (tmp_path / "tokenizer.json").read_bytes()
    stages = TrainedStages(fitted, graph, tokenizer, 40, EncoderSettings(WINDOW, "<s>", "</s>"))
    output = tmp_path / "model"
    ship(output, stages, texts_of(200), "a card")
    manifest = json.loads((output / "model.json").read_text("utf-8"))
    assert manifest["settings"]["normalizer"] == "light"
    scorer = CompactScorer.load(output)
    assert scorer.name == "multilingual"
    bad, good, empty = scorer.score(
        [Document.of(text) for text in ("Böse TAG", "gut tag", "\u200b")]
    )
    assert bad.scores["toxicity"] > 0.5 > good.scores["toxicity"]
    assert set(empty.scores.values()) == {0.0}


def encoder_weights() -> dict[str, np.ndarray]:
    """One layer that adds nothing, so that the head reads the words: "böse" is bad."""
    rng = np.random.default_rng(0)
    table = rng.normal(0, 0.3, (len(WORDS), WIDTH)).astype(np.float32)
    table[WORDS.index("böse"), 0] = 4
    table[WORDS.index("gut"), 0] = -4

    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    weights = {
        "bert.embeddings.word_embeddings.weight": table,
        "bert.embeddings.position_embeddings.weight": zeros(WINDOW, WIDTH),
        "bert.embeddings.token_type_embeddings.weight": zeros(1, WIDTH),
        "head.weight": zeros(len(HEADS), 2 * WIDTH),
        "head.bias": zeros(len(HEADS)),
    }
    weights["head.weight"][:, 0] = 3
    layer = "bert.encoder.layer.0."
    products = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH),
        "output.dense": (WIDTH, INNER),
    }
    for name, shape in products.items():
        weights[f"{layer}{name}.weight"] = zeros(*shape)
        weights[f"{layer}{name}.bias"] = zeros(shape[0])
    norms = ("bert.embeddings.LayerNorm", f"{layer}attention.output.LayerNorm",
             f"{layer}output.LayerNorm")  # fmt: skip
    for name in norms:
        weights[f"{name}.weight"] = np.ones(WIDTH, np.float32)
        weights[f"{name}.bias"] = zeros(WIDTH)
    return weights
