"""The version of code: a digest of the source files that decide how a text is read and scored.

Cached scores depend on it. Nobody has to remember to raise a number; in return any change of these
files, even of a comment, means that cached texts are scored again after an upgrade.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path


def code_version(*modules: str) -> str:
    """Twelve hexadecimal digits for modules and whole packages, named in full.

    They change with any file of a package, code or data, with a file's name, and with the edition
    of Unicode that Python knows, by which texts are normalised.
    """
    digest = hashlib.sha256(unicodedata.unidata_version.encode())
    for module in modules:
        for name, path in _files(module):
            content = path.read_bytes()
            digest.update(f"\0{module}/{name} {len(content)}\0".encode() + content)
    return digest.hexdigest()[:12]


def _files(module: str) -> Iterator[tuple[str, Path]]:
    loaded = import_module(module)
    if not hasattr(loaded, "__path__"):
        path = Path(str(loaded.__file__))
        yield path.name, path
        return
    for folder in map(Path, loaded.__path__):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.parent.name != "__pycache__":
                yield path.relative_to(folder).as_posix(), path
