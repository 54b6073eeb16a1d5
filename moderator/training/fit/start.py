"""The weights that a training begins with: those of a model that shipped, read back from int8."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from moderator.training.corpus.examples import HEADS

_FUSED = ".query_key_value"
_POSITIONS = "positions"
_TOXICITY, _OFFENCE = HEADS.index("toxicity"), HEADS.index("offence")


def start_from(encoder: nn.Module, graph: Path) -> None:
    """Gives an encoder the weights of a graph that shipped, as far as the graph has them.

    The graph may lack the highest positions and the newest heads: a position keeps its pretrained
    value, a new head begins as the mean of those for toxicity and offence.
    """
    own = encoder.state_dict()
    for name, value in shipped_weights(graph).items():
        if name == _POSITIONS:  # in the graph the type of the token is added to them
            key = "bert.embeddings.position_embeddings.weight"
            own[key][: len(value)] = value - own["bert.embeddings.token_type_embeddings.weight"][0]
        else:
            own[name][: len(value)] = value
            if len(value) < len(own[name]) and name.startswith("head."):
                own[name][len(value) :] = value[[_TOXICITY, _OFFENCE]].mean(0)
    encoder.load_state_dict(own)


def shipped_weights(graph: Path) -> dict[str, Tensor]:
    """Names and weights as `moderator.training.fit.encoder.Encoder` has them, and `positions`.

    Matrices lie in the graph as (inputs, outputs) with a scale a column, tables with a scale a
    row; the three projections of attention lie side by side.
    """
    constants = {
        part.name: numpy_helper.to_array(part) for part in onnx.load(str(graph)).graph.initializer
    }
    weights: dict[str, NDArray[np.float32]] = {}
    for name, value in constants.items():
        whole, _, kind = name.rpartition(".")
        if kind == "int8":
            numbers = value.astype(np.float32) * constants[f"{whole}.scale"]
            if whole.endswith(".weight"):  # a table
                weights[whole] = numbers
            else:
                weights |= _projections(f"{whole}.weight", numbers.T)
        elif kind in ("weight", "bias"):
            weights |= _projections(name, value)
        elif name == _POSITIONS:
            weights[name] = value
    return {name: torch.tensor(np.ascontiguousarray(value)) for name, value in weights.items()}


def _projections(name: str, value: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    if _FUSED not in name:
        return {name: value}
    parts = np.split(value, 3)
    return {
        name.replace(_FUSED, f".{part}"): each
        for part, each in zip(("query", "key", "value"), parts, strict=True)
    }
