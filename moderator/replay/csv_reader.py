"""Reads CSV: delimiter sniffed from the header, strict about quotes and columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moderator.replay.rows import Columns, Line, Origin, Row, refused

DELIMITERS = ",;\t|"

MakeRow = Callable[[Origin, int, Mapping[str, Any], Columns], Row]

_BAD_QUOTES = "a field is too long, or its quotes are not closed, or not doubled inside"


def read_csv(
    source: Iterator[Line], origin: Origin, columns: Columns, make_row: MakeRow
) -> Iterator[Row]:
    """The rows below the header; a header that cannot be used is the only row, and refused."""
    limit = max(csv.field_size_limit(), columns.max_row_bytes)
    csv.field_size_limit(limit)  # of the whole process; never lowered

    def decoded() -> Iterator[str]:
        for line in source:
            # A line that was too long to be kept must not look like an empty one.
            data = line.data if line.data is not None else b"x" * (limit + 1)
            yield data.decode(columns.encoding, "surrogateescape") + "\n"

    texts = decoded()
    first = next(texts, None)
    if first is None:
        return
    delimiter = max(DELIMITERS, key=first.count)
    # Strictly: a quote that is never closed must not swallow the rows after it silently.
    reader = csv.reader(_with(first, texts), strict=True, delimiter=delimiter)
    try:
        header = next(reader)
    except csv.Error:
        yield refused(origin, 1, _BAD_QUOTES)
        return
    if fault := _fault(header, columns):
        yield refused(origin, 1, fault)
        return
    while True:
        number = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield refused(origin, number, _BAD_QUOTES)
            continue
        if values and len(values) != len(header):
            reason = f"{len(values)} fields, the header has {len(header)}"
            yield refused(origin, number, reason)
        elif values:
            yield make_row(origin, number, dict(zip(header, values, strict=True)), columns)


def _with(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _fault(header: list[str], columns: Columns) -> str | None:
    names = ", ".join(header[:20])
    for column in columns.named():
        if header.count(column) > 1:
            return f"{header.count(column)} columns are named {column!r}: rename one"
        if column not in header and column != "id":
            return f"no column {column!r} (there are: {names}): see --text-column and --column"
    return None
