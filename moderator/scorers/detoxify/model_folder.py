"""A folder with a converted model: its files, their checksums, and what the model is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from moderator.errors import ModelError
from moderator.scorers.detoxify.labels import standard_labels

MANIFEST = "manifest.json"
SAFETENSORS, ONNX, ONNX_INT8 = "model.safetensors", "model.onnx", "model.int8.onnx"
TOKENIZER, CONFIG = "tokenizer.json", "config.json"

_FORMAT = 1


class File(msgspec.Struct, frozen=True):
    """A file as it must be."""

    sha256: str
    size_bytes: int

    @classmethod
    def of(cls, path: Path) -> File:
        return cls(sha256_of(path), path.stat().st_size)


class Probe(msgspec.Struct, frozen=True):
    """A text and its scores by the original, in the order of the labels."""

    text: str
    scores: list[float]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What `moderator model convert` wrote, and from what."""

    format: int = _FORMAT
    name: str
    """`detoxify-` and the name of the checkpoint's file."""
    architecture: str
    labels: list[str]
    window: int
    """The longest input in tokens, the special ones included."""
    pad_id: int
    source: File
    files: dict[str, File]
    differences: dict[str, float]
    """By file: the largest difference from the original's scores on the probes."""
    int8_bound: float
    """The largest difference that int8 may have, here and on any machine."""
    probes: list[Probe]


def read_manifest(folder: Path, remedy: str) -> Manifest:
    """The manifest of a folder; ModelError, ending with `remedy`, where there is none or no good.

    Nothing but the manifest is read, so this is quick.
    """
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError:
        raise ModelError(
            f"{folder}: holds no converted model ({MANIFEST} missing): {remedy}"
        ) from None
    except msgspec.DecodeError as error:
        raise ModelError(f"{path}: {error}: convert the model again: {remedy}") from None
    if manifest.format != _FORMAT:
        raise ModelError(f"{path}: format {manifest.format}, not {_FORMAT}: {remedy}")
    standard_labels(manifest.labels, str(path))
    return manifest


def check_file(folder: Path, manifest: Manifest, name: str, remedy: str) -> Path:
    """The path of a file, its size and sha256 as the manifest says; ModelError otherwise."""
    path = folder / name
    expected = manifest.files.get(name)
    if expected is None:
        raise ModelError(f"{folder}: the converted model has no {name}: {remedy}")
    if not path.is_file():
        raise ModelError(f"{path}: is missing: {remedy}")
    size = path.stat().st_size
    if size != expected.size_bytes:
        raise ModelError(f"{path}: {size} bytes, not {expected.size_bytes}: {remedy}")
    found = sha256_of(path)
    if found != expected.sha256:
        raise ModelError(
            f"{path}: sha256 is {found[:16]}…, not {expected.sha256[:16]}…, altered: {remedy}"
        )
    return path


def sha256_of(path: Path) -> str:
    """The file's digest, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
