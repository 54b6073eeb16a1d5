"""The five models that Unitary has released: addresses and checksums of their files.

A checkpoint is pinned by the digits of its sha256 that its publisher put into its name (torch
hub's convention), or in full if known; a vocabulary by its whole sha256 and the
revision of its repository. Configurations are written from here, not fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_CHECKPOINTS = "https://github.com/unitaryai/detoxify/releases/download/"
_VOCABULARIES = "https://huggingface.co/"

WINDOW = 512
"""What every released tokenizer cuts at, special tokens included."""


class Asset(NamedTuple):
    """A file to fetch; `sha256` is the whole digest or its first digits."""

    name: str
    url: str
    sha256: str


class Release(NamedTuple):
    """Everything that one model needs."""

    name: str
    assets: tuple[Asset, ...]
    config: Mapping[str, Any]
    """What config.json is to hold."""


class _Base(NamedTuple):
    """The pretrained encoder that a release was fine-tuned from."""

    config: Mapping[str, Any]
    vocabulary: tuple[Asset, ...]


def _checkpoint(path: str, sha256: str | None = None) -> Asset:
    name = path.rpartition("/")[2]
    digits = name.removesuffix(".ckpt").rpartition("-")[2]
    return Asset(name, _CHECKPOINTS + path, sha256 or digits)


def _vocabulary(repository: str, revision: str, **sha256: str) -> tuple[Asset, ...]:
    root = f"{_VOCABULARIES}{repository}/resolve/{revision}/"
    return tuple(Asset(name, root + name, digest) for name, digest in sha256.items())


_SIZE = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
}

_BERT = _Base(
    {
        **_SIZE,
        "model_type": "bert",
        "vocab_size": 30_522,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    },
    _vocabulary(
        "google-bert/bert-base-uncased",
        "86b5e0934494bd15c9632b12f734a8a67f723594",
        **{"vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"},
    ),
)

_ROBERTA = _Base(
    {
        **_SIZE,
        "model_type": "roberta",
        "vocab_size": 50_265,
        "max_position_embeddings": 514,
        "type_vocab_size": 1,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-5,
        "pad_token_id": 1,
        "bos_token_id": 0,
        "eos_token_id": 2,
    },
    _vocabulary(
        "FacebookAI/roberta-base",
        "e2da8e2f811d1448a5b465c236feacd80ffbac7b",
        **{
            "vocab.json": "9e7f63c2d15d666b52e21d250d2e513b87c9b713cfa6987a82ed89e5e6e50655",
            "merges.txt": "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
        },
    ),
)

_XLM_ROBERTA = _Base(
    {**_ROBERTA.config, "model_type": "xlm-roberta", "vocab_size": 250_002},
    _vocabulary(
        "FacebookAI/xlm-roberta-base",
        "e73636d4f797dec63c3081bb6ed5c7b0bb3f2089",
        **{
            "sentencepiece.bpe.model": (
                "cfc8146abe2a0488e9e2a0c56de7952f7c11ab059eca145a0a727afce0db2865"
            )
        },
    ),
)

_ALBERT = _Base(
    {
        **_SIZE,
        "model_type": "albert",
        "vocab_size": 30_000,
        "embedding_size": 128,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "hidden_act": "gelu_new",
        "layer_norm_eps": 1e-12,
        "inner_group_num": 1,
        "num_hidden_groups": 1,
        "pad_token_id": 0,
        "bos_token_id": 2,
        "eos_token_id": 3,
    },
    _vocabulary(
        "albert/albert-base-v2",
        "8e2f239c5f8a2c0f253781ca60135db913e5c80c",
        **{"spiece.model": "fefb02b667a6c5c2fe27602d28e5fb3428f66ab89c7d6f388e7c8d44a02d0336"},
    ),
)


def _release(name: str, base: _Base, checkpoint: Asset) -> Release:
    return Release(name, (*base.vocabulary, checkpoint), base.config)


RELEASES: Mapping[str, Release] = {
    release.name: release
    for release in (
        _release(
            "original",
            _BERT,
            _checkpoint(
                "v0.1-alpha/toxic_original-c1212f89.ckpt",
                "c1212f89ac23307ab33932ce29dc446a6e030fb3f384a500890bbe662b7b544a",
            ),
        ),
        _release("unbiased", _ROBERTA, _checkpoint("v0.3-alpha/toxic_debiased-c7548aa0.ckpt")),
        _release(
            "multilingual",
            _XLM_ROBERTA,
            _checkpoint("v0.4-alpha/multilingual_debiased-0b549669.ckpt"),
        ),
        _release("original-small", _ALBERT, _checkpoint("v0.1.2/original-albert-0e1d6498.ckpt")),
        _release("unbiased-small", _ALBERT, _checkpoint("v0.1.2/unbiased-albert-c8519128.ckpt")),
    )
}
