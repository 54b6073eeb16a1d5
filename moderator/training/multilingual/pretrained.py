"""The encoder it starts from, multilingual-e5-small, read from the four-bit file of a package.

The file is little-endian: magic "E5S1"; a header of numbers; the tokenizer's pieces and its map of
characters, both skipped here; then a directory of tensors, each by name, type, count and offset.
A four-bit tensor is a row of blocks of 32 weights: a float16 scale, then 16 bytes, of which the
low halves are the first 16 weights and the high halves the last 16, each stored plus 8.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NamedTuple

import numpy as np

from moderator.scorers.compact.arrays import Floats

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_SUFFIX = {"w": "weight", "b": "bias"}


class Header(NamedTuple):
    """Sizes of the encoder: `inner` is the width of the feed-forward layers."""

    width: int
    layers: int
    heads: int
    inner: int
    pieces: int
    positions: int


class Pretrained(NamedTuple):
    """Weights by the names that `moderator.training.fit.encoder.Encoder` has for them."""

    header: Header
    weights: dict[str, Floats]


def read(path: Path, layers: int | None = None) -> Pretrained:
    """The lowest `layers` of the encoder (default: all). Raises ValueError on another file."""
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        raise ValueError(f"{path}: not a packed encoder (its first bytes are {data[:4]!r})")
    width, count, heads, inner, pieces, positions = struct.unpack_from("<6i", data, 8)
    header = Header(width, min(layers or count, count), heads, inner, pieces, positions)
    tensors = dict(_directory(data))
    weights = {
        "bert.embeddings.word_embeddings.weight": _four_bits(data, tensors["emb.word"], width),
        "bert.embeddings.position_embeddings.weight": _floats(data, tensors["emb.pos"], width),
        "bert.embeddings.token_type_embeddings.weight": _floats(data, tensors["emb.type"], width),
        "bert.embeddings.LayerNorm.weight": _floats(data, tensors["emb.ln.w"]),
        "bert.embeddings.LayerNorm.bias": _floats(data, tensors["emb.ln.b"]),
    }
    for layer in range(header.layers):
        for short, long in _LAYER.items():
            inputs = inner if short == "fo" else width
            for part, suffix in _SUFFIX.items():
                tensor = tensors[f"l{layer}.{short}.{part}"]
                is_matrix = part == "w" and not short.endswith("ln")
                value = _four_bits(data, tensor, inputs) if is_matrix else _floats(data, tensor)
                weights[f"bert.encoder.layer.{layer}.{long}.{suffix}"] = value
    return Pretrained(header, weights)


class _Tensor(NamedTuple):
    numbers: int
    offset: int
    size_bytes: int


def _directory(data: bytes) -> list[tuple[str, _Tensor]]:
    position = 44  # magic, version, seven sizes, epsilon, weights a block
    (pieces,) = struct.unpack_from("<i", data, position)
    (blob,) = struct.unpack_from("<Q", data, position + 20)
    position += 28 + 4 * (pieces + 1) + 4 * pieces + blob
    (characters,) = struct.unpack_from("<I", data, position + 4)
    position += 8 + characters
    (number,) = struct.unpack_from("<i", data, position)
    position += 4
    tensors = []
    for _ in range(number):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode("ascii")
        _kind, count, offset, size = struct.unpack_from("<BIQQ", data, position + 2 + length)
        position += 2 + length + 21
        tensors.append((name, _Tensor(count, offset, size)))
    return tensors


def _floats(data: bytes, tensor: _Tensor, width: int | None = None) -> Floats:
    values = np.frombuffer(data, "<f4", tensor.size_bytes // 4, tensor.offset)
    return values.reshape(-1, width) if width else values


def _four_bits(data: bytes, tensor: _Tensor, width: int) -> Floats:
    blocks = np.frombuffer(data, _BLOCK, tensor.size_bytes // _BLOCK.itemsize, tensor.offset)
    halves = blocks["halves"]
    numbers = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - 8
    weights: Floats = numbers * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1, width)
