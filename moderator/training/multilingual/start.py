"""The folder that the training starts from: the pretrained encoder's lower layers, small again.

It is in Hugging Face's format, as `moderator.training.fit` reads it, with the cut vocabulary.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from moderator.training.multilingual.pretrained import Pretrained
from moderator.training.multilingual.vocabulary import Vocabulary

_PREFIX = "bert."
_TABLE = "embeddings.word_embeddings.weight"
_PADDING = 1


def write_start(folder: Path, pretrained: Pretrained, vocabulary: Vocabulary) -> None:
    """Writes configuration, weights and tokenizer; the table has the vocabulary's rows only."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name.removeprefix(_PREFIX): value for name, value in pretrained.weights.items()}
    weights[_TABLE] = weights[_TABLE][vocabulary.rows]
    header = pretrained.header
    config = {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "vocab_size": len(vocabulary.rows),
        "hidden_size": header.width,
        "num_hidden_layers": header.layers,
        "num_attention_heads": header.heads,
        "intermediate_size": header.inner,
        "max_position_embeddings": header.positions,
        "type_vocab_size": len(weights["embeddings.token_type_embeddings.weight"]),
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "pad_token_id": _PADDING,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1), "utf-8")
    (folder / "tokenizer.json").write_bytes(vocabulary.tokenizer)
    arrays = {name: np.ascontiguousarray(value) for name, value in weights.items()}
    save_file(arrays, folder / "model.safetensors", {"format": "pt"})
