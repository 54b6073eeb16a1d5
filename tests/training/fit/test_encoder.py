"""Fine-tuning learns, listens to a teacher, and goes on after an interruption as if there were
none."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("transformers", reason="the extra train is not installed")

import torch
from torch import Tensor
from transformers import BertConfig, BertModel

from moderator.scorers.compact.normalizer import Normalizer
from moderator.training.corpus.examples import HEADS, LABELS, build
from moderator.training.fit.batches import Batches, EncoderConfig, Study
from moderator.training.fit.encoder import (
    WEIGHTS,
    Encoder,
    load_weights,
    mean_weights,
    train_encoder,
)
from moderator.training.fit.tokens import Tokens
from tests.training.tiny import write_tokenizer

WORDS = ("[CLS]", "[PAD]", "[SEP]", "[UNK]", "foul", "fair", "day", "word")
CONFIG = EncoderConfig(
    layers=1, frozen=0, window=8, longest=8, epochs=6, batch=8, learning_rate=5e-3, disguised=0.0,
    mean_decay=0.5,
    checkpoint_steps=7, threads=1,
)  # fmt: skip
TEXTS = ["foul word", "fair day", "day foul", "word fair"] * 16
FOUL = np.array(["foul" in text for text in TEXTS], np.float32)
SILENT = np.full((len(TEXTS), len(HEADS)), np.nan, np.float32)


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bert")
    write_tokenizer(folder, WORDS)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=16, pad_token_id=1,
    )  # fmt: skip
    bert: Any = BertModel
    bert(config).save_pretrained(folder)
    return folder


def study(soft: np.ndarray = SILENT, **heads: np.ndarray) -> Study:
    return Study(build("made", 1.0, TEXTS, **heads), np.ones(len(TEXTS)), soft)


def trained(given: Study, pretrained: Path, output: Path, draw: int = 0) -> Mapping[str, Tensor]:
    train_encoder(given, Normalizer((), ()), pretrained, None, output, replace(CONFIG, draw=draw))
    return load_weights(output)


def says(weights: Mapping[str, Tensor], pretrained: Path, head: str) -> list[float]:
    """A head's probabilities for one foul and one fair text."""
    encoder = Encoder(str(pretrained), CONFIG.layers).eval()
    encoder.load_state_dict(dict(weights))
    tokens = Tokens(pretrained, Normalizer((), ()))
    with torch.no_grad():
        logits = encoder(*tokens.batch([tokens.of("foul day"), tokens.of("fair word")]))
    found: list[float] = logits[:, HEADS.index(head)].sigmoid().tolist()
    return found


def test_labels_and_a_teachers_word_are_learnt(pretrained: Path, tmp_path: Path) -> None:
    soft = SILENT.copy()
    soft[:, LABELS.index("threat")] = 0.8 * FOUL + 0.1
    weights = trained(study(soft, insult=FOUL), pretrained, tmp_path)
    foul, fair = says(weights, pretrained, "insult")
    assert foul > 0.8 > 0.2 > fair
    foul, fair = says(weights, pretrained, "threat")
    assert foul > 0.7 > 0.3 > fair


def test_an_interrupted_run_ends_as_if_it_had_not_been(
    pretrained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = study(insult=FOUL)
    through = trained(given, pretrained, tmp_path / "through")
    draw = Batches.at

    def stops(self: Batches, step: int) -> object:
        if step == 2 * CONFIG.checkpoint_steps + 3:
            raise KeyboardInterrupt
        return draw(self, step)

    monkeypatch.setattr(Batches, "at", stops)
    with pytest.raises(KeyboardInterrupt):
        trained(given, pretrained, tmp_path / "twice")
    assert not (tmp_path / "twice" / WEIGHTS).exists()
    monkeypatch.undo()
    twice = trained(given, pretrained, tmp_path / "twice")
    assert through.keys() == twice.keys()
    for name, value in through.items():
        assert torch.equal(value, twice[name]), name


def test_draws_begin_alike_and_their_mean_knows_what_they_know(
    pretrained: Path, tmp_path: Path
) -> None:
    runs = [trained(study(insult=FOUL), pretrained, tmp_path / f"{at}", at) for at in range(2)]
    mean = mean_weights([tmp_path / "0", tmp_path / "1"])
    head = [run["head.weight"] for run in runs]
    assert not torch.equal(*head)
    assert (head[0] - head[1]).abs().mean() < 0.5 * head[0].abs().mean()
    torch.testing.assert_close(mean["head.weight"], (head[0] + head[1]) / 2)
    foul, fair = says(mean, pretrained, "insult")
    assert foul > 0.8 > 0.2 > fair
