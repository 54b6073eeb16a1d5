"""An encoder's soft labels: a text's own, whatever lies beside it; none for long ones."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("transformers", reason="the extra train is not installed")

from transformers import MPNetConfig, MPNetModel

from moderator.scorers.compact.normalizer import Normalizer
from moderator.training.corpus.examples import HEADS, build
from moderator.training.fit.encoder import Encoder
from moderator.training.fit.teacher import encoder_targets
from moderator.training.fit.tokens import Tokens
from tests.training.tiny import write_tokenizer

WORDS = ("<s>", "<pad>", "</s>", "<unk>", "one", "two", "three", "four")
LAYERS, WINDOW, ASKED = 2, 6, 6


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small random MPNet with its tokenizer, whose special tokens are not those of BERT."""
    folder = tmp_path_factory.mktemp("mpnet")
    write_tokenizer(folder, WORDS)
    config = MPNetConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=LAYERS + 1, pad_token_id=1,
        num_attention_heads=2, intermediate_size=32, max_position_embeddings=16,
    )  # fmt: skip
    mpnet: Any = MPNetModel
    mpnet(config).save_pretrained(folder)
    return folder


def test_tokens_are_the_encoders_own(pretrained: Path) -> None:
    tokens = Tokens(pretrained, Normalizer((), ()))
    ids, mask = tokens.batch([tokens.of("one two three"), tokens.of("Four")])
    assert ids.tolist() == [[0, 4, 5, 6, 2], [0, 7, 2, 1, 1]]
    assert mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]


def test_neighbours_do_not_matter_and_long_texts_are_left_out(pretrained: Path) -> None:
    tokens, encoder = Tokens(pretrained, Normalizer((), ())), Encoder(str(pretrained), LAYERS)
    texts = ["one", "one two three four", "one two three four one"]

    def asked(some: list[str]) -> np.ndarray:
        return encoder_targets(build("made", 1.0, some), encoder, tokens, WINDOW, 1, ASKED)

    together = asked(texts)
    alone = asked(texts[:1])
    assert together.shape == (3, len(HEADS))
    assert together[0, :ASKED] == pytest.approx(alone[0, :ASKED], abs=0.01)
    assert np.isnan(together[:, :ASKED]).all(axis=1).tolist() == [False, False, True]
    assert np.isnan(together[:, ASKED:]).all()
    assert ((together[:2, :ASKED] > 0) & (together[:2, :ASKED] < 1)).all()
