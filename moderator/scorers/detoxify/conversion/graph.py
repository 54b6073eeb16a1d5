"""An encoder with its classifier written out as an ONNX graph, straight from its weights.

The graph is built rather than traced: it uses onnxruntime's fused operators, does not depend on
the versions of torch's exporter, and its int8 form is chosen operator by operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from moderator.errors import ModelError
from moderator.scorers.detoxify.architectures import Architecture
from moderator.scorers.detoxify.conversion.graph_builder import FUSED, GraphBuilder

OPSET, IR_VERSION = 17, 9
"""Old enough for every supported onnxruntime."""

_ACTIVATIONS = {
    "gelu": "BiasGelu",
    "gelu_new": "FastGelu",
    "gelu_pytorch_tanh": "FastGelu",
    "gelu_fast": "FastGelu",
}


class EncoderShape(NamedTuple):
    """What an encoder's configuration says beyond its weights."""

    architecture: Architecture
    layers: int
    heads: int
    activation: str
    epsilon: float
    pad_id: int
    outputs: int
    """How many of the classifier's outputs have a label; further ones are left out."""


def build_graph(
    weights: Mapping[str, NDArray[np.float32]], shape: EncoderShape, *, quantized: bool
) -> onnx.ModelProto:
    """A model from `input_ids` and `attention_mask` (batch, tokens; int64; padded on the right)
    to `scores` (batch, labels; float32, 0..1).

    `quantized`: weights in int8 by column, activations in uint8 by tensor as they come,
    embeddings in int8 by row. Raises ModelError if a weight is missing or the activation
    unknown.
    """
    if shape.activation not in _ACTIVATIONS:
        raise ModelError(
            f"config.json: hidden_act {shape.activation!r} is not supported: "
            f"{', '.join(_ACTIVATIONS)} are"
        )
    graph = GraphBuilder(weights, quantized=quantized)
    hidden = hidden_states(graph, shape)
    first = graph.node("Gather", hidden, graph.constant("zero", np.array(0)), axis=1)
    pooled = graph.node("Tanh", graph.dense(first, shape.architecture.pooler))
    logits = graph.dense(pooled, shape.architecture.classifier, rows=shape.outputs)
    graph.node("Sigmoid", logits, output="scores")

    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", shape.outputs])
    return helper.make_model(
        helper.make_graph(
            graph.nodes, shape.architecture.model_type, ids, [scores], graph.constants
        ),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)],
        ir_version=IR_VERSION,
        producer_name="moderator",
    )


def hidden_states(graph: GraphBuilder, shape: EncoderShape) -> str:
    """The encoder's last hidden states (batch, tokens, width), of the inputs named above."""
    hidden = _embed(graph, shape)
    mask = graph.node("Cast", "attention_mask", to=TensorProto.INT32)
    for i in range(shape.layers):
        hidden = _layer(graph, shape, shape.architecture.layer.format(i=i), hidden, mask)
    return hidden


def _embed(graph: GraphBuilder, shape: EncoderShape) -> str:
    name = shape.architecture.prefix + "embeddings."
    words = graph.embedding("input_ids", name + "word_embeddings.weight")
    table = graph.constant(
        "positions",
        graph.weight(name + "position_embeddings.weight")
        + graph.weight(name + "token_type_embeddings.weight")[0],
    )
    if shape.architecture.positions_skip_padding:
        pad = graph.constant("pad_id", np.array(shape.pad_id))
        is_pad = graph.node("Equal", "input_ids", pad)
        is_word = graph.node("Cast", graph.node("Not", is_pad), to=TensorProto.INT64)
        count = graph.node("CumSum", is_word, graph.constant("axis_1", np.array(1)))
        places = graph.node("Add", graph.node("Mul", count, is_word), pad)
        positions = graph.node("Gather", table, places)
    else:
        tokens = graph.node("Shape", "input_ids", start=1, end=2)
        zeros = graph.constant("zeros", np.array([0]))
        positions = graph.node("Slice", table, zeros, tokens, zeros)
    hidden = graph.norm(graph.node("Add", words, positions), name + "LayerNorm", shape.epsilon)
    if shape.architecture.embedding_projection:
        return graph.linear(hidden, shape.architecture.embedding_projection)
    return hidden


def _layer(graph: GraphBuilder, shape: EncoderShape, name: str, hidden: str, mask: str) -> str:
    architecture = shape.architecture
    attended = graph.attention(
        hidden, mask, [name + part for part in architecture.qkv], shape.heads
    )
    projected = graph.linear(attended, name + architecture.attention_output)
    hidden = graph.add_norm(projected, hidden, name + architecture.attention_norm, shape.epsilon)
    inner = graph.node(
        _ACTIVATIONS[shape.activation],
        graph.product(hidden, name + architecture.intermediate),
        graph.bias(name + architecture.intermediate),
        domain=FUSED,
    )
    outer = graph.linear(inner, name + architecture.output)
    return graph.add_norm(outer, hidden, name + architecture.output_norm, shape.epsilon)
