"""The cut vocabulary keeps what is used and every character, and splits words as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from moderator.training.multilingual.vocabulary import cut

PIECES = [
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("a", -4.0),
    ("b", -4.0), ("c", -4.0), ("▁ab", -5.0), ("▁abc", -5.5), ("▁cab", -5.5), ("bca", -6.0),
]  # fmt: skip


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    whole = Tokenizer(models.Unigram(PIECES, 3, False))
    whole.pre_tokenizer = pre_tokenizers.Metaspace()
    path = tmp_path / "tokenizer.json"
    whole.save(str(path))
    return path


def test_used_pieces_are_kept(tokenizer: Path) -> None:
    found = cut(tokenizer, ["abc abc abc", "cab"], 10)
    kept = Tokenizer.from_buffer(found.tokenizer)
    assert found.rows.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 9, 10]
    assert kept.encode("abc cab").tokens == ["▁abc", "▁cab"]


def test_a_piece_that_is_gone_falls_into_characters(tokenizer: Path) -> None:
    kept = Tokenizer.from_buffer(cut(tokenizer, ["abc"], 9).tokenizer)
    assert kept.encode("cab").tokens == ["▁", "c", "a", "b"]


def test_the_characters_must_fit(tokenizer: Path) -> None:
    with pytest.raises(ValueError, match="8 characters alone do not fit 5 pieces"):
        cut(tokenizer, [], 5)
