"""Writes the trained encoder as an ONNX graph, its products and tables in int8."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from moderator.scorers.detoxify.architectures import ARCHITECTURES
from moderator.scorers.detoxify.conversion.graph import (
    IR_VERSION,
    OPSET,
    EncoderShape,
    hidden_states,
)
from moderator.scorers.detoxify.conversion.graph_builder import FUSED, GraphBuilder
from moderator.training.corpus.examples import HEADS

_BERT = ARCHITECTURES["BertForSequenceClassification"]
_HEADS_OF_ATTENTION = 12
_EPSILON = 1e-12


def export_encoder(weights: Mapping[str, NDArray[np.float32]], window: int) -> bytes:
    """A graph from `input_ids` and `attention_mask` (batch, tokens) to `logits` (batch, heads).

    `weights` are those of `moderator.training.fit.encoder.Encoder`, by name; positions beyond the
    window are left out.
    """
    positions = "bert.embeddings.position_embeddings.weight"
    kept = {**weights, positions: weights[positions][:window]}
    graph = GraphBuilder(kept, quantized=True)
    layers = 1 + max(int(name.split(".")[3]) for name in weights if ".encoder.layer." in name)
    shape = EncoderShape(_BERT, layers, _HEADS_OF_ATTENTION, "gelu", _EPSILON, 0, len(HEADS))
    hidden = hidden_states(graph, shape)
    pooled = _mean_and_peak(graph, hidden)
    weight = graph.constant("head.weight", weights["head.weight"])
    bias = graph.constant("head.bias", weights["head.bias"])
    graph.node("Gemm", pooled, weight, bias, transB=1, output="logits")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(HEADS)])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "compact", inputs, [logits], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(FUSED, 1)],
        ir_version=IR_VERSION,
        producer_name="moderator",
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _mean_and_peak(graph: GraphBuilder, hidden: str) -> str:
    """Mean and maximum over the tokens without padding, concatenated."""
    middle, last = graph.constant("axis_1", np.array([1])), graph.constant("axis_2", np.array([2]))
    mask = graph.node("Cast", "attention_mask", to=TensorProto.FLOAT)
    keep = graph.node("Unsqueeze", mask, last)
    total = graph.node("ReduceSum", graph.node("Mul", hidden, keep), middle, keepdims=0)
    mean = graph.node("Div", total, graph.node("ReduceSum", mask, middle, keepdims=1))
    one = graph.constant("one", np.array(1, np.float32))
    far = graph.constant("far", np.array(1e4, np.float32))
    absent = graph.node("Mul", graph.node("Sub", one, keep), far)
    peak = graph.node("ReduceMax", graph.node("Sub", hidden, absent), axes=[1], keepdims=0)
    return graph.node("Concat", mean, peak, axis=1)
