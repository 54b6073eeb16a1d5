"""A model's folder: files, and a manifest with the size and sha256 of each, checked when read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import msgspec

from moderator.errors import ModelError

_PROSE = ".md"


class FileEntry(msgspec.Struct, frozen=True):
    """What a file must be; `sha256` has 64 hexadecimal digits."""

    sha256: str
    size_bytes: int

    @classmethod
    def of(cls, path: Path) -> FileEntry:
        """The entry of a file as it is now."""
        return cls(sha256_of(path), path.stat().st_size)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What every manifest says; a kind of model adds its own fields in a subclass."""

    FILE: ClassVar[str]
    """The manifest's own name in the folder."""
    FORMAT: ClassVar[int]
    """Other formats are refused."""

    name: str
    format: int
    labels: tuple[str, ...]
    files: dict[str, FileEntry]

    def check(self, where: Path) -> None:
        """Raises ModelError if the fields do not fit each other."""


M = TypeVar("M", bound=Manifest)


class ModelFolder(Generic[M]):
    """An opened model folder; each file is checked against the manifest when it is asked for.

    Every error ends with `; ` and `remedy`.
    """

    def __init__(self, directory: Path, manifest: M, remedy: str) -> None:
        self.directory = directory
        self.manifest = manifest
        self._remedy = remedy

    @classmethod
    def open(cls, directory: Path, kind: type[M], remedy: str) -> ModelFolder[M]:
        """Reads the manifest and nothing else, so this is quick.

        Raises ModelError if it is missing, malformed or of another format.
        """
        path = directory / kind.FILE
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            raise ModelError(f"{directory}: no model ({kind.FILE} missing); {remedy}") from None
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror}); {remedy}") from None
        except msgspec.DecodeError as error:
            raise ModelError(f"{path}: not a valid manifest ({error}); {remedy}") from None
        if manifest.format != kind.FORMAT:
            raise ModelError(
                f"{path}: format {manifest.format}, but this version reads {kind.FORMAT}; {remedy}"
            )
        manifest.check(path)
        return cls(directory, manifest, remedy)

    @property
    def version(self) -> str:
        """Twelve digits that change with the manifest and with every file it names.

        Files for people to read (`.md`) do not count: a word in them would empty every cache.
        """
        files = {
            name: entry for name, entry in self.manifest.files.items() if not name.endswith(_PROSE)
        }
        deciding = msgspec.structs.replace(self.manifest, files=files)
        return hashlib.sha256(_encoded(deciding)).hexdigest()[:12]

    def path(self, name: str) -> Path:
        """The path of a file, checked by size and sha256 without loading it. Raises ModelError."""
        path, expected = self._entry(name)
        self._compare(path, expected, FileEntry.of(path))
        return path

    def read(self, name: str) -> bytes:
        """The content of a file, checked by size and sha256. Raises ModelError."""
        path, expected = self._entry(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: cannot be read ({error.strerror}); {self._remedy}") from None
        self._compare(path, expected, _entry_of(content))
        return content

    def _entry(self, name: str) -> tuple[Path, FileEntry]:
        path = self.directory / name
        if name not in self.manifest.files:
            raise ModelError(f"{self.directory}: the model has no {name}; {self._remedy}")
        if not path.is_file():
            raise ModelError(f"{path}: is missing; {self._remedy}")
        return path, self.manifest.files[name]

    def _compare(self, path: Path, expected: FileEntry, actual: FileEntry) -> None:
        if actual.size_bytes != expected.size_bytes:
            raise ModelError(
                f"{path}: altered ({actual.size_bytes} bytes, not {expected.size_bytes}); "
                f"{self._remedy}"
            )
        if actual.sha256 != expected.sha256:
            raise ModelError(
                f"{path}: altered (sha256 is {actual.sha256[:16]}…, not {expected.sha256[:16]}…); "
                f"{self._remedy}"
            )


def write_model(directory: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Writes the files, then the manifest with their entries; each appears whole or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _replace(directory / name, content)
    entries = manifest.files | {name: _entry_of(content) for name, content in files.items()}
    write_manifest(directory, msgspec.structs.replace(manifest, files=entries))


def write_manifest(directory: Path, manifest: Manifest) -> None:
    """Writes the manifest of files that are already there."""
    _replace(directory / manifest.FILE, _encoded(manifest))


def sha256_of(path: Path) -> str:
    """The file's digest, 64 hexadecimal digits; the file is read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entry_of(content: bytes) -> FileEntry:
    return FileEntry(hashlib.sha256(content).hexdigest(), len(content))


def _encoded(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    os.replace(part, path)
