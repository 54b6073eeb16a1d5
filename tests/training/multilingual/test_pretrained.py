"""The packed encoder: each tensor comes back with its values and its place."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from moderator.training.multilingual.pretrained import read

WIDTH, INNER, PIECES, POSITIONS = 32, 64, 6, 4


def four_bits(rows: int, width: int, seed: int) -> tuple[bytes, np.ndarray]:
    """Random blocks, and the weights that they encode."""
    rng = np.random.default_rng(seed)
    numbers = rng.integers(0, 16, (rows * width // 32, 32), dtype=np.uint8)
    scales = rng.uniform(0.1, 1, len(numbers)).astype(np.float16)
    packed = b"".join(
        scale.tobytes() + (block[:16] | block[16:] << 4).tobytes()
        for scale, block in zip(scales, numbers, strict=True)
    )
    weights = (numbers.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]
    return packed, weights.reshape(rows, width)


def packed_file(folder: Path) -> tuple[Path, dict[str, np.ndarray]]:
    """A file of one layer, and its tensors."""
    tensors: dict[str, tuple[bytes, np.ndarray]] = {}
    shapes = {"q.w": (WIDTH, WIDTH), "k.w": (WIDTH, WIDTH), "v.w": (WIDTH, WIDTH),
              "ao.w": (WIDTH, WIDTH), "fi.w": (INNER, WIDTH), "fo.w": (WIDTH, INNER)}  # fmt: skip
    tensors["emb.word"] = four_bits(PIECES, WIDTH, 1)
    for seed, (name, shape) in enumerate(shapes.items(), 2):
        tensors[f"l0.{name}"] = four_bits(*shape, seed)
    rng = np.random.default_rng(0)
    plain = {"emb.pos": POSITIONS * WIDTH, "emb.type": WIDTH, "emb.ln.w": WIDTH, "emb.ln.b": WIDTH}
    plain |= {f"l0.{part}.b": WIDTH for part in ("q", "k", "v", "ao", "fo")}
    plain |= {f"l0.{part}.{kind}": WIDTH for part in ("aln", "oln") for kind in "wb"}
    plain["l0.fi.b"] = INNER
    for name, size in plain.items():
        values = rng.normal(size=size).astype(np.float32)
        tensors[name] = values.tobytes(), values
    blob, characters = b"abcdef", b"\0" * 7
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, 1, 2, INNER, PIECES, POSITIONS, 1, 1e-12, 32)
    head += struct.pack("<5iQ", PIECES, 0, 2, 1, 3, len(blob))
    head += b"\0" * (4 * (PIECES + 1) + 4 * PIECES) + blob
    head += struct.pack("<iI", 0, len(characters)) + characters
    head += struct.pack("<i", len(tensors))
    directory_size = sum(2 + len(name) + 21 for name in tensors)
    offset = len(head) + directory_size
    directory, body = b"", b""
    for name, (content, values) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", 0, values.size, offset + len(body), len(content))
        body += content
    path = folder / "packed.bin"
    path.write_bytes(head + directory + body)
    return path, {name: values for name, (_, values) in tensors.items()}


def test_every_tensor_is_read(tmp_path: Path) -> None:
    path, tensors = packed_file(tmp_path)
    found = read(path)
    assert (found.header.width, found.header.layers, found.header.pieces) == (WIDTH, 1, PIECES)
    layer = "bert.encoder.layer.0."
    for name, own in {
        "emb.word": "bert.embeddings.word_embeddings.weight",
        "emb.ln.b": "bert.embeddings.LayerNorm.bias",
        "l0.v.w": f"{layer}attention.self.value.weight",
        "l0.aln.w": f"{layer}attention.output.LayerNorm.weight",
        "l0.fi.b": f"{layer}intermediate.dense.bias",
        "l0.fo.w": f"{layer}output.dense.weight",
    }.items():
        np.testing.assert_array_equal(found.weights[own], tensors[name])
    positions = found.weights["bert.embeddings.position_embeddings.weight"]
    np.testing.assert_array_equal(positions.ravel(), tensors["emb.pos"])


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(ValueError, match="not a packed encoder"):
        read(path)
