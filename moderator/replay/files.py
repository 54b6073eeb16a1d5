"""Seed files by name: opened one after the other, each read by the reader of its kind."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from moderator.errors import SettingsError
from moderator.replay.readers import FORMATS, Advance, Columns, read_rows
from moderator.replay.rows import Row


def open_rows(
    names: Sequence[str], kind: str | None, columns: Columns, advance: Advance = lambda _: None
) -> Iterator[Row]:
    """The rows of all files in order; `-` is standard input.

    Names and kinds are checked before the first row: raises SettingsError naming the file.
    """
    kinds = [kind_of(name, kind) for name in names]
    for name in names:
        if name != "-" and not Path(name).is_file():
            raise SettingsError(f"{name}: there is no such file")
    return _rows(names, kinds, columns, advance)


def kind_of(name: str, kind: str | None) -> str:
    """The format of a file: as told, or by its ending; standard input is JSON lines."""
    found = kind or ("jsonl" if name == "-" else Path(name).suffix.removeprefix("."))
    if found not in FORMATS:
        raise SettingsError(f"{name}: no format {found!r}: --format takes {', '.join(FORMATS)}")
    return found


def _rows(
    names: Sequence[str], kinds: Sequence[str], columns: Columns, advance: Advance
) -> Iterator[Row]:
    for name, kind in zip(names, kinds, strict=True):
        if name == "-":
            yield from read_rows(sys.stdin.buffer, "stdin", kind, columns, advance)
        else:
            try:
                with Path(name).open("rb") as file:
                    yield from read_rows(file, name, kind, columns, advance)
            except OSError as error:
                raise SettingsError(f"{name}: cannot be read ({error.strerror})") from None
