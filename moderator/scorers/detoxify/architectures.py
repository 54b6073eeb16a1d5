"""The encoder architectures of Detoxify's checkpoints, and the names of their weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from moderator.errors import ModelError


class Architecture(NamedTuple):
    """The names of an architecture's weights; `layer` may contain `{i}`, the layer's number."""

    model_type: str
    """The `model_type` of transformers' configuration."""
    model_class: str
    tokenizer_class: str
    prefix: str
    layer: str
    qkv: tuple[str, str, str]
    attention_output: str
    attention_norm: str
    intermediate: str
    output: str
    output_norm: str
    pooler: str
    classifier: str
    embedding_projection: str | None = None
    positions_skip_padding: bool = False
    """Positions count from the padding's id + 1, and skip padding."""


def _bert(model_type: str, name: str, prefix: str, **others: object) -> Architecture:
    return Architecture(
        model_type=model_type,
        model_class=f"{name}ForSequenceClassification",
        tokenizer_class=f"{name}Tokenizer",
        prefix=prefix,
        layer=prefix + "encoder.layer.{i}.",
        qkv=("attention.self.query", "attention.self.key", "attention.self.value"),
        attention_output="attention.output.dense",
        attention_norm="attention.output.LayerNorm",
        intermediate="intermediate.dense",
        output="output.dense",
        output_norm="output.LayerNorm",
        **others,  # type: ignore[arg-type]
    )


_ROBERTA = {
    "pooler": "classifier.dense",
    "classifier": "classifier.out_proj",
    "positions_skip_padding": True,
}

ARCHITECTURES: Mapping[str, Architecture] = {
    architecture.model_class: architecture
    for architecture in (
        _bert("bert", "Bert", "bert.", pooler="bert.pooler.dense", classifier="classifier"),
        _bert("roberta", "Roberta", "roberta.", **_ROBERTA),
        _bert("xlm-roberta", "XLMRoberta", "roberta.", **_ROBERTA),
        Architecture(
            model_type="albert",
            model_class="AlbertForSequenceClassification",
            tokenizer_class="AlbertTokenizer",
            prefix="albert.",
            layer="albert.encoder.albert_layer_groups.0.albert_layers.0.",
            qkv=("attention.query", "attention.key", "attention.value"),
            attention_output="attention.dense",
            attention_norm="attention.LayerNorm",
            intermediate="ffn",
            output="ffn_output",
            output_norm="full_layer_layer_norm",
            pooler="albert.pooler",
            classifier="classifier",
            embedding_projection="albert.encoder.embedding_hidden_mapping_in",
        ),
    )
}
"""By the name of the model's class in transformers, as the checkpoints name it."""


def architecture_of(model_class: str) -> Architecture:
    """The architecture of a checkpoint; ModelError if it is not supported."""
    try:
        return ARCHITECTURES[model_class]
    except KeyError:
        raise ModelError(
            f"the checkpoint is a {model_class!r}: supported are {', '.join(sorted(ARCHITECTURES))}"
        ) from None


def architecture_of_type(model_type: str) -> Architecture:
    """The architecture of a converted model; ModelError if it is not supported."""
    for architecture in ARCHITECTURES.values():
        if architecture.model_type == model_type:
            return architecture
    raise ModelError(f"the converted model is a {model_type!r}: convert it again")
