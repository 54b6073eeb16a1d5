"""A model's folder: a manifest that names every file with its sha256, checked when it is loaded."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from moderator.errors import ModelError

MANIFEST = "model.json"
_REMEDY = "install the package again, or write the model anew with `python -m moderator.training`"


class FileEntry(msgspec.Struct, frozen=True):
    """What a file must be."""

    sha256: str
    size_bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a model's folder; `settings` is the model's own matter."""

    name: str
    format: int
    labels: tuple[str, ...]
    files: dict[str, FileEntry]
    settings: dict[str, Any]


class Artifacts:
    """An opened model's folder: every file read once and checked before it is used."""

    def __init__(self, directory: Path, manifest: Manifest, version: str) -> None:
        self.directory = directory
        self.manifest = manifest
        self.version = version

    @classmethod
    def open(cls, directory: Path, model_format: int) -> Artifacts:
        """Reads the manifest. Raises ModelError where it is missing, malformed, of another format.

        The version is taken from the manifest's content, so that it changes with any file.
        """
        path = directory / MANIFEST
        try:
            raw = path.read_bytes()
            manifest = msgspec.json.decode(raw, type=Manifest)
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error
        except msgspec.DecodeError as error:
            raise ModelError(f"{path}: not a model's manifest ({error}); {_REMEDY}") from error
        if manifest.format != model_format:
            raise ModelError(
                f"{path}: format {manifest.format}, but this version reads {model_format}; "
                f"{_REMEDY}"
            )
        return cls(directory, manifest, hashlib.sha256(raw).hexdigest()[:12])

    def read(self, name: str) -> bytes:
        """A file's content. Raises ModelError where it is not what the manifest says."""
        path = self.directory / name
        entry = self.manifest.files.get(name)
        if entry is None:
            raise ModelError(f"{self.directory / MANIFEST}: names no file {name!r}; {_REMEDY}")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise ModelError(f"{path}: altered (its sha256 is not the manifest's); {_REMEDY}")
        return content


def write_model(
    directory: Path,
    *,
    name: str,
    model_format: int,
    labels: tuple[str, ...],
    files: Mapping[str, bytes],
    settings: Mapping[str, Any],
) -> None:
    """Writes files and manifest, each to a temporary name first; the manifest last."""
    directory.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        _replace(directory / file, content)
    entries = {file: _entry(content) for file, content in files.items()}
    _write_manifest(
        directory,
        Manifest(
            name=name, format=model_format, labels=labels, files=entries, settings=dict(settings)
        ),
    )


def replace_file(directory: Path, name: str, content: bytes) -> None:
    """Writes one file of a model's folder anew, and the manifest with it."""
    manifest = msgspec.json.decode((directory / MANIFEST).read_bytes(), type=Manifest)
    _replace(directory / name, content)
    files = manifest.files | {name: _entry(content)}
    _write_manifest(directory, msgspec.structs.replace(manifest, files=files))


def _entry(content: bytes) -> FileEntry:
    return FileEntry(hashlib.sha256(content).hexdigest(), len(content))


def _write_manifest(directory: Path, manifest: Manifest) -> None:
    encoded = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    _replace(directory / MANIFEST, encoded + b"\n")


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
