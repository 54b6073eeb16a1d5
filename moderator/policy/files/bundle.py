"""A policy file with the files of its lists: all that a decision depends on, and its version."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from moderator.errors import PolicyError

MAX_BYTES = 16 * 1024 * 1024
"""A larger file is refused."""


class Bundle(msgspec.Struct, frozen=True):
    """`text` is the policy file's, `files` those of its lists, by the names that it gives them.

    `name` is what messages call the policy file.
    """

    name: str
    text: str
    files: dict[str, str] = {}

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with the content, whatever the file is called."""
        encoded = msgspec.json.encode([self.text, sorted(self.files.items())])
        return hashlib.sha256(encoded).hexdigest()[:12]

    @property
    def table(self) -> dict[str, Any]:
        """The policy file parsed. Raises PolicyError."""
        return parsed(self.name, self.text)


def read_bundle(path: Path) -> Bundle:
    """The file and what its lists name, relative to its folder. Raises PolicyError."""
    text = _read(path, "name the policy file, or set `policy` to it")
    return Bundle(
        str(path),
        text,
        {
            name: _read(path.parent / name, f"named as `file` of a list in {path}")
            for name in _named(parsed(str(path), text))
        },
    )


def list_files(path: Path) -> tuple[Path, ...]:
    """The files that the lists of a policy file name, whether or not they are there; none if the
    file cannot be read."""
    try:
        table = parsed(str(path), _read(path, ""))
    except PolicyError:
        return ()
    return tuple(path.parent / name for name in _named(table))


def parsed(name: str, text: str) -> dict[str, Any]:
    """A TOML text as a table. Raises PolicyError."""
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also for a number of thousands of digits
        raise PolicyError(f"{name}: not valid TOML: {error}") from None
    except RecursionError:
        raise PolicyError(f"{name}: nested too deeply") from None


def _named(table: dict[str, Any]) -> list[str]:
    """The files of the lists of a parsed policy file."""
    lists = table.get("lists")
    tables = lists.values() if isinstance(lists, dict) else ()
    names = [table.get("file") for table in tables if isinstance(table, dict)]
    return [name for name in names if isinstance(name, str)]


def _read(path: Path, remedy: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise PolicyError(f"{path}: over {MAX_BYTES} bytes: split it into several lists")
        return data.decode("utf-8")
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read ({error.strerror}): {remedy}") from None
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: not UTF-8 at byte {error.start}") from None
