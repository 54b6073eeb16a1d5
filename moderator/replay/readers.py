"""Readers of seed files: text, JSON lines and CSV, in constant memory."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import msgspec

from moderator.records import Comment
from moderator.records.comment import OPTIONAL_FIELDS
from moderator.replay.rows import Line, Origin, Row, lines, refused

FORMATS = ("txt", "jsonl", "csv")
ROW_OVERHEAD_BYTES = 65_536
"""How much longer than its text a row may be: ids, other columns, escapes."""


class Columns(msgspec.Struct, frozen=True):
    """Which columns hold a comment's id and text, and how many bytes a text may have."""

    id: str = "id"
    text: str = "text"
    max_text_bytes: int = 65_536


Advance = Callable[[int], None]
"""Told how many bytes were read, for a progress bar."""


def read_rows(
    file: IO[bytes], origin: Origin, kind: str, columns: Columns, advance: Advance = lambda _: None
) -> Iterator[Row]:
    """The rows of a file of one of `FORMATS`.

    A row without an id gets `prefix:line`, so that two runs over one file agree.
    """
    limit = columns.max_text_bytes * 6 + ROW_OVERHEAD_BYTES  # JSON may take 6 bytes for one
    read = {"txt": _text, "jsonl": _json_lines, "csv": _csv}[kind]
    return read(_told(lines(file, limit), advance), origin, columns)


def _told(source: Iterator[Line], advance: Advance) -> Iterator[Line]:
    for line in source:
        advance(line.read_bytes)
        yield line


def _text(source: Iterator[Line], origin: Origin, columns: Columns) -> Iterator[Row]:
    """A line is a paragraph; a line beginning with `>` quotes, and belongs to the next one."""
    quotes: list[str] = []
    last = 0
    for line in source:
        if line.data is None:
            yield refused(origin, line.number, "the line is too long: split it")
            continue
        text = line.data.decode("utf-8", "surrogateescape")
        if not text.strip():
            continue
        last = line.number
        if text.startswith(">"):
            quotes.append(text)
            if sum(map(len, quotes)) > columns.max_text_bytes:
                yield refused(origin, line.number, "the quoted lines are too long")
                quotes.clear()
            continue
        yield _row(origin, line.number, "", "\n".join([*quotes, text]), {}, columns)
        quotes.clear()
    if quotes:
        yield _row(origin, last, "", "\n".join(quotes), {}, columns)


def _json_lines(source: Iterator[Line], origin: Origin, columns: Columns) -> Iterator[Row]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for line in source:
        if line.data is None:
            yield refused(origin, line.number, "the line is too long: split it")
            continue
        if not line.data.strip():
            continue
        try:
            fields = decode(line.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield refused(origin, line.number, "is no JSON object in UTF-8")
            continue
        yield _from_fields(origin, line.number, fields, columns)


_BAD_CSV = "a field is too long, or its quotes are not closed, or not doubled inside"


def _csv(source: Iterator[Line], origin: Origin, columns: Columns) -> Iterator[Row]:
    limit = max(csv.field_size_limit(), columns.max_text_bytes)
    csv.field_size_limit(limit)  # of the whole process; never lowered

    def decoded() -> Iterator[str]:
        for line in source:
            # A line that was too long to be kept must not look like an empty one.
            data = line.data if line.data is not None else b"x" * (limit + 1)
            yield data.decode("utf-8", "surrogateescape") + "\n"

    # Strictly: a quote that is never closed must not swallow the rows after it without a word.
    reader = csv.reader(decoded(), strict=True)
    try:
        header = next(reader, None)
    except csv.Error:
        yield refused(origin, 1, _BAD_CSV)
        return
    if header is None:
        return
    if columns.text not in header:
        names = ", ".join(header[:20])
        reason = f"no column {columns.text!r} (there are: {names}): see --text-column"
        yield refused(origin, 1, reason)
        return
    while True:
        first = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield refused(origin, first, _BAD_CSV)
            continue
        if values and len(values) != len(header):
            yield refused(origin, first, f"{len(values)} fields where the header has {len(header)}")
        elif values:
            yield _from_fields(origin, first, dict(zip(header, values, strict=True)), columns)


def _from_fields(origin: Origin, line: int, fields: Mapping[str, Any], columns: Columns) -> Row:
    text = fields.get(columns.text)
    if not isinstance(text, str):
        return refused(origin, line, f"`{columns.text}` is missing or no string: see --text-column")
    given = fields.get(columns.id, "")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        return refused(origin, line, f"`{columns.id}` is no string: see --id-column")
    known = {
        key: value for key in OPTIONAL_FIELDS if isinstance(value := fields.get(key), str) and value
    }
    return _row(origin, line, given, text, known, columns)


def _row(
    origin: Origin, line: int, given: str, text: str, known: dict[str, Any], columns: Columns
) -> Row:
    try:
        size = len(text.encode("utf-8"))
        given.encode("utf-8")
    except UnicodeEncodeError:
        return refused(origin, line, "is not UTF-8")
    if size > columns.max_text_bytes:
        limit = columns.max_text_bytes
        return refused(origin, line, f"the text has {size} bytes, over {limit} (max_text_bytes)")
    if "\0" in text or "\0" in given:
        return refused(origin, line, "holds a NUL character")
    return Row(line, Comment(id=given or f"{origin.prefix}:{line}", text=text, **known))
