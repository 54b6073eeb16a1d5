"""What a converted Detoxify model's folder holds: its files' names, and its manifest."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import msgspec

from moderator.scorers.detoxify.labels import standard_labels
from moderator.scorers.model_folder import FileEntry, Manifest, ModelFolder

SAFETENSORS, ONNX, ONNX_INT8 = "model.safetensors", "model.onnx", "model.int8.onnx"
TOKENIZER, CONFIG = "tokenizer.json", "config.json"


class Probe(msgspec.Struct, frozen=True):
    """A text and its scores by the original, in the order of the labels."""

    text: str
    scores: list[float]


class DetoxifyManifest(Manifest, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `moderator model convert` wrote, and from what.

    `name` is that of the checkpoint's file without its ending.
    """

    FILE: ClassVar[str] = "manifest.json"
    FORMAT: ClassVar[int] = 1

    architecture: str
    window: int
    """The longest input in tokens, the special ones included."""
    pad_id: int
    source: FileEntry
    """The checkpoint that was converted."""
    differences: dict[str, float]
    """By file: the largest difference from the original's scores on the probes."""
    int8_bound: float
    """The largest difference that int8 may have, here and on any machine."""
    probes: list[Probe]

    def check(self, where: Path) -> None:
        """Raises ModelError if a label is unknown or repeated."""
        standard_labels(self.labels, str(where))


DetoxifyFolder = ModelFolder[DetoxifyManifest]


def open_folder(folder: Path, remedy: str) -> DetoxifyFolder:
    """The converted model in a folder. Raises ModelError that ends with the remedy."""
    return ModelFolder.open(folder, DetoxifyManifest, remedy)
