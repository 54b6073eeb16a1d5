"""The files that a change is looked for in, and what they looked like last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

Look = tuple[tuple[str, int, int, int], ...]
"""Name, time of change, size and inode of each file."""


def look(paths: Iterable[Path]) -> Look:
    """What files, and the TOML files of folders, look like now; one that is gone looks empty.

    Links are followed, so that an exchanged link (Kubernetes does so) is a change.
    """
    return tuple(_one(file) for path in paths for file in _files(path))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(path.glob("*.toml"))
    else:
        yield path


def _one(file: Path) -> tuple[str, int, int, int]:
    try:
        stat = file.stat()
    except OSError:
        return str(file), 0, 0, 0
    return str(file), stat.st_mtime_ns, stat.st_size, stat.st_ino
