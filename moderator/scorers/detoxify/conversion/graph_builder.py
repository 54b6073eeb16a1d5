"""Nodes and constants of an ONNX graph, in float32 or with its products in int8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from moderator.errors import ModelError

FUSED = "com.microsoft"
"""The domain of onnxruntime's own operators."""

_LEVELS = 127
_LEVELS_OF_PRODUCTS = 63
"""Seven bits: without VNNI, x86 adds two products of uint8 and int8 in 16 bits, and eight bits
overflow there (onnxruntime's own remedy, `reduce_range`); so every CPU gives the same answer."""


class GraphBuilder:
    """Collects nodes and constants; every method returns the name of what it made."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], *, quantized: bool) -> None:
        self.nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._weights = weights
        self._quantized = quantized

    @property
    def constants(self) -> list[TensorProto]:
        """Each constant once, however often layers share it."""
        return list(self._constants.values())

    def weight(self, name: str) -> NDArray[np.float32]:
        """The checkpoint's tensor of that name; ModelError if it has none."""
        try:
            return self._weights[name]
        except KeyError:
            raise ModelError(
                f"the checkpoint has no {name!r}: it does not fit its config.json"
            ) from None

    def constant(self, name: str, value: NDArray[Any]) -> str:
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def node(self, kind: str, *inputs: str, domain: str = "", output: str = "", **how: Any) -> str:
        output = output or f"{kind}_{len(self.nodes)}"
        self._add(kind, inputs, [output], domain, how)
        return output

    def bias(self, name: str) -> str:
        return self.constant(name + ".bias", self.weight(name + ".bias"))

    def embedding(self, ids: str, name: str) -> str:
        """Rows of a table: in int8 with a scale a row, or as they are."""
        table = self.weight(name)
        if not self._quantized:
            return self.node("Gather", self.constant(name, table), ids)
        scales = _scales(table, 1, _LEVELS)
        rows = self.constant(name + ".int8", _int8(table, scales))
        numbers = self.node("Cast", self.node("Gather", rows, ids), to=TensorProto.FLOAT)
        scale = self.node("Gather", self.constant(name + ".scale", scales), ids)
        return self.node("Mul", numbers, scale)

    def dense(self, x: str, name: str, rows: int | None = None) -> str:
        """A layer always in float32 over (batch, features): the head is small and decides."""
        weight = self.constant(f"{name}.weight", self.weight(f"{name}.weight")[:rows])
        bias = self.constant(f"{name}.bias", self.weight(f"{name}.bias")[:rows])
        return self.node("Gemm", x, weight, bias, transB=1)

    def product(self, x: str, name: str) -> str:
        """x · Wᵀ alone, for an operator that adds the bias itself."""
        weight = self.weight(name + ".weight").T
        if not self._quantized:
            return self.node("MatMul", x, self.constant(name + ".weight", weight))
        return self.node("DynamicQuantizeMatMul", x, *self._int8(name, weight), domain=FUSED)

    def linear(self, x: str, name: str) -> str:
        """x · Wᵀ + b."""
        if not self._quantized:
            return self.node("Add", self.product(x, name), self.bias(name))
        weight = self._int8(name, self.weight(name + ".weight").T)
        return self.node("DynamicQuantizeMatMul", x, *weight, self.bias(name), domain=FUSED)

    def attention(self, x: str, mask: str, names: Sequence[str], heads: int) -> str:
        """Self-attention with its three projections as one product."""
        name = names[0] + "_key_value"
        weight = np.concatenate([self.weight(part + ".weight").T for part in names], axis=1)
        biases = np.concatenate([self.weight(part + ".bias") for part in names])
        bias = self.constant(name + ".bias", biases)
        if not self._quantized:
            full = self.constant(name + ".weight", weight)
            return self.node("Attention", x, full, bias, mask, domain=FUSED, num_heads=heads)
        number = len(self.nodes)
        x8, scale, zero = (f"{part}_{number}" for part in ("uint8", "scale", "zero"))
        self._add("DynamicQuantizeLinear", [x], [x8, scale, zero], "", {})
        w8, w_scale, w_zero = self._int8(name, weight)
        inputs = (x8, w8, bias, scale, w_scale, mask, zero, w_zero)
        return self.node("QAttention", *inputs, domain=FUSED, num_heads=heads)

    def norm(self, x: str, name: str, epsilon: float) -> str:
        return self.node("LayerNormalization", x, *self._norm(name), axis=-1, epsilon=epsilon)

    def add_norm(self, x: str, skip: str, norm: str, epsilon: float) -> str:
        """Not as one fused operator: on CPUs that one takes four times as long."""
        return self.norm(self.node("Add", x, skip), norm, epsilon)

    def _norm(self, name: str) -> tuple[str, str]:
        return self.constant(name + ".weight", self.weight(name + ".weight")), self.bias(name)

    def _int8(self, name: str, weight: NDArray[np.float32]) -> tuple[str, str, str]:
        """Weight (inputs, outputs) in int8, a scale a column, and its zero points."""
        scales = _scales(weight, 0, _LEVELS_OF_PRODUCTS)
        zeros = np.zeros(weight.shape[1], np.int8)
        return (
            self.constant(name + ".int8", _int8(weight, scales)),
            self.constant(name + ".scale", scales[0]),
            self.constant(name + ".zero", zeros),
        )

    def _add(
        self,
        kind: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        domain: str,
        how: Mapping[str, Any],
    ) -> None:
        name = f"{len(self.nodes)}_{kind}"
        self.nodes.append(helper.make_node(kind, inputs, outputs, name, domain=domain, **how))


def _scales(weight: NDArray[np.float32], axis: int, levels: int) -> NDArray[np.float32]:
    largest = np.abs(weight).max(axis=axis, keepdims=True)
    scales: NDArray[np.float32] = np.maximum(largest, np.float32(1e-12)) / np.float32(levels)
    return scales


def _int8(weight: NDArray[np.float32], scales: NDArray[np.float32]) -> NDArray[np.int8]:
    levels: NDArray[np.int8] = np.rint(weight / scales).clip(-_LEVELS, _LEVELS).astype(np.int8)
    return levels
