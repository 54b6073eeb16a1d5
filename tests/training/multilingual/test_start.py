"""The folder to start from is read back by the training: the cut table, and padding as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("transformers", reason="the extra train is not installed")

from moderator.scorers.compact.light_normalizer import LightNormalizer
from moderator.training.fit.encoder import Encoder
from moderator.training.fit.tokens import Tokens
from moderator.training.multilingual.pretrained import read
from moderator.training.multilingual.start import write_start
from moderator.training.multilingual.vocabulary import Vocabulary
from tests.training.multilingual.test_pretrained import packed_file
from tests.training.tiny import write_tokenizer


def test_the_training_reads_it(tmp_path: Path) -> None:
    packed, tensors = packed_file(tmp_path)
    write_tokenizer(tmp_path, ("<s>", "<pad>", "</s>", "<unk>", "gut"))
    rows = np.array([0, 1, 2, 3, 5])
    vocabulary = Vocabulary((tmp_path / "tokenizer.json").read_bytes(), rows)
    start = tmp_path / "start"
    write_start(start, read(packed), vocabulary)
    weights = Encoder(str(start), layers=1).state_dict()
    np.testing.assert_array_equal(
        weights["bert.embeddings.word_embeddings.weight"], tensors["emb.word"][rows]
    )
    inner = weights["bert.encoder.layer.0.intermediate.dense.weight"]
    np.testing.assert_array_equal(inner, tensors["l0.fi.w"])
    tokens = Tokens(start, LightNormalizer())
    ids, mask = tokens.batch([tokens.of("Gut gut"), tokens.of("")])
    assert ids.tolist() == [[0, 4, 4, 2], [0, 2, 1, 1]]
    assert mask.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
