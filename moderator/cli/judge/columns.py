"""How the files that commands judge are read: their options, and what they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from moderator.cli.options import err
from moderator.errors import SettingsError
from moderator.records.comment import OPTIONAL_FIELDS
from moderator.replay.readers import Advance
from moderator.replay.rows import Columns

_STEP_BYTES = 65_536

KindOption = Annotated[
    str | None, typer.Option("--format", help="txt, jsonl or csv; else by the file's name.")
]
IdColumn = Annotated[str, typer.Option(help="Column of the comment's id.")]
TextColumnOption = Annotated[str, typer.Option(help="Column of the comment's text.")]
OtherColumns = Annotated[
    list[str] | None,
    typer.Option(
        "--column", help="Column of another field, e.g. community=section.", metavar="FIELD=NAME"
    ),
]
Encoding = Annotated[str, typer.Option(help="Of text and CSV files.")]


def columns_of(
    id_column: str, text_column: str, others: Sequence[str] | None, encoding: str, max_bytes: int
) -> Columns:
    """The columns that the options name. Raises SettingsError for what is not FIELD=NAME, or an
    unknown encoding."""
    _check_encoding(encoding)
    return Columns(id_column, text_column, max_bytes, _others(others or ()), encoding)


def _others(given: Sequence[str]) -> dict[str, str]:
    others = {}
    for pair in given:
        field, separator, name = pair.partition("=")
        if field not in OPTIONAL_FIELDS or not separator or not name:
            fields = ", ".join(OPTIONAL_FIELDS)
            raise SettingsError(f"--column {pair!r}: write FIELD=NAME; fields: {fields}")
        others[field] = name
    return others


def _check_encoding(name: str) -> None:
    try:
        if "\n".encode(name) == b"\n":  # lines are found in bytes
            return
    except LookupError:
        pass
    raise SettingsError(f"--encoding {name!r}: give utf-8, cp1252, iso-8859-1 or the like")


@contextmanager
def reading(files: Sequence[str], what: str) -> Iterator[Advance]:
    """A progress bar on a terminal: give it the bytes that were read of the files."""
    console = err()
    sizes = [Path(file).stat().st_size for file in files if Path(file).is_file()]
    total = sum(sizes) if sizes and len(sizes) == len(files) else None
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        read = 0

        def advance(size: int) -> None:
            nonlocal read
            read += size
            if read >= _STEP_BYTES:  # drawing the bar costs more than reading a line
                bar.advance(task, read)
                read = 0

        yield advance
