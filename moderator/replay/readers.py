"""Reads rows of seed files, text, JSON lines or CSV, as comments, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import msgspec

from moderator.decoding import checked_id, with_whole_surrogates, without_nul, wrong_context
from moderator.errors import RecordError
from moderator.records import Comment, CommentContext, decoded_or_none, verdict_from_json
from moderator.records.comment import OPTIONAL_FIELDS
from moderator.replay.csv_reader import read_csv
from moderator.replay.rows import Columns, Line, Origin, Row, lines, refused

FORMATS = ("txt", "jsonl", "csv")

Advance = Callable[[int], None]
"""Called with the number of bytes that were read, for a progress bar."""

Reader = Callable[[IO[bytes], Origin, str, Columns, Advance], Iterator[Row]]
"""Reads the rows of an opened file of one of `FORMATS`."""

_ReadLine = Callable[[int, bytes, Origin, Columns], Row]

_TOO_LONG = "the line is too long: split it"
_NO_JSON = "is not a JSON object in UTF-8"
_decode_fields = msgspec.json.Decoder(dict[str, Any]).decode


def read_rows(
    file: IO[bytes], origin: Origin, kind: str, columns: Columns, advance: Advance = lambda _: None
) -> Iterator[Row]:
    """The rows of a file of one of `FORMATS`.

    A row without an id gets `prefix:line`, so that two runs over one file agree.
    """
    source = _counted(lines(file, columns.max_row_bytes), advance)
    if kind == "csv":
        return read_csv(source, origin, columns, _from_fields)
    if kind == "txt":
        return _text(source, origin, columns)
    return _json_lines(source, origin, columns, _comment)


def read_rows_or_verdicts(
    file: IO[bytes], origin: Origin, kind: str, columns: Columns, advance: Advance = lambda _: None
) -> Iterator[Row]:
    """The same; a JSON line that is a verdict gives a row with it."""
    if kind != "jsonl":
        return read_rows(file, origin, kind, columns, advance)
    source = _counted(lines(file, columns.max_row_bytes), advance)
    return _json_lines(source, origin, columns, _verdict_or_comment)


def _counted(source: Iterator[Line], advance: Advance) -> Iterator[Line]:
    for line in source:
        advance(line.read_bytes)
        yield line


def _text(source: Iterator[Line], origin: Origin, columns: Columns) -> Iterator[Row]:
    """A line is a paragraph; a line beginning with `>` quotes, and belongs to the next one."""
    quotes: list[str] = []
    quoted = last = 0
    for line in source:
        if line.data is None:
            yield refused(origin, line.number, _TOO_LONG)
            continue
        text = line.data.decode(columns.encoding, "surrogateescape")
        if not text.strip():
            continue
        last = line.number
        if text.startswith(">"):
            quotes.append(text)
            quoted += len(text)
            if quoted > columns.max_text_bytes:
                yield refused(origin, line.number, "the quoted lines are too long")
                quotes.clear()
                quoted = 0
            continue
        yield _row(origin, line.number, "", "\n".join([*quotes, text]), {})
        quotes.clear()
        quoted = 0
    if quotes:
        yield _row(origin, last, "", "\n".join(quotes), {})


def _json_lines(
    source: Iterator[Line], origin: Origin, columns: Columns, read: _ReadLine
) -> Iterator[Row]:
    for line in source:
        if line.data is None:
            yield refused(origin, line.number, _TOO_LONG)
        elif line.data.strip():
            yield read(line.number, line.data, origin, columns)


def _verdict_or_comment(number: int, data: bytes, origin: Origin, columns: Columns) -> Row:
    verdict = decoded_or_none(verdict_from_json, data)
    if verdict is not None:
        return Row(number, None, None, verdict)
    return _comment(number, data, origin, columns)


def _comment(number: int, data: bytes, origin: Origin, columns: Columns) -> Row:
    try:
        fields = _decode_fields(data)
    except msgspec.DecodeError:
        try:  # as the worker does
            fields = _decode_fields(with_whole_surrogates(data))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return refused(origin, number, _NO_JSON)
    except (UnicodeDecodeError, RecursionError):
        return refused(origin, number, _NO_JSON)
    return _from_fields(origin, number, fields, columns)


def _from_fields(origin: Origin, line: int, fields: Mapping[str, Any], columns: Columns) -> Row:
    text = fields.get(columns.text)
    if not isinstance(text, str):
        reason = f"`{columns.text}` is missing or not a string: see --text-column"
        return refused(origin, line, reason)
    given = fields.get(columns.id, "")
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        return refused(origin, line, f"`{columns.id}` is not a string: see --id-column")
    optional: dict[str, Any] = {}
    for name in OPTIONAL_FIELDS:
        value = fields.get(columns.others.get(name, name))
        if value is not None and not isinstance(value, str):
            return refused(origin, line, f"`{name}` is not a string: see --column")
        if value:
            optional[name] = value
    context = fields.get("context")
    if isinstance(context, dict):
        try:
            optional["context"] = msgspec.convert(context, CommentContext)
        except msgspec.ValidationError as error:
            return refused(origin, line, wrong_context(error))
    return _row(origin, line, given, text, optional)


def _row(origin: Origin, line: int, given: str, text: str, optional: dict[str, Any]) -> Row:
    try:
        for value in (text, given, *optional.values()):
            str(value).encode()
    except UnicodeEncodeError:
        return refused(origin, line, "is not UTF-8: see --encoding")
    try:
        comment_id = checked_id(given or f"{origin.prefix}:{line}")
    except RecordError as error:
        return refused(origin, line, str(error))
    return Row(line, Comment(comment_id, without_nul(text), **optional))
