"""Folded texts as the token ids that one pretrained encoder reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from tokenizers import Tokenizer
from torch import Tensor


class Folding(Protocol):
    """Brings a text into the form that a model reads."""

    def fold(self, text: str) -> str: ...


class Tokens:
    """Reads `tokenizer.json` and `config.json` of a folder in Hugging Face's format."""

    def __init__(self, pretrained: Path, folder: Folding) -> None:
        self._folder = folder
        self._tokenizer = Tokenizer.from_file(str(pretrained / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._first, self._last = self._tokenizer.encode("").ids
        self._padding = json.loads((pretrained / "config.json").read_text("utf-8"))["pad_token_id"]

    def of(self, text: str) -> list[int]:
        """Ids of the whole text, without special tokens."""
        ids: list[int] = self._tokenizer.encode(
            self._folder.fold(text), add_special_tokens=False
        ).ids
        return ids

    def batch(self, texts: Sequence[list[int]]) -> tuple[Tensor, Tensor]:
        """Ids with special tokens and padding on the right, and their mask; n x t each."""
        width = max(map(len, texts))
        rows = [
            [self._first, *ids, self._last] + [self._padding] * (width - len(ids)) for ids in texts
        ]
        ids = torch.tensor(rows)
        return ids, (ids != self._padding).long()
