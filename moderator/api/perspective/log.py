"""A log of Perspective's own answers: texts, and the scores it gave them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from moderator.api.perspective.attributes import ATTRIBUTES
from moderator.errors import RowError

_TEXTS = ("text", "comment", "comment_text", "content", "message")


class LogRow(NamedTuple):
    """A text, and its scores by attribute; each in [0, 1]."""

    text: str
    scores: dict[str, float]


def read_log(path: Path, columns: Mapping[str, str]) -> Iterator[LogRow]:
    """The rows of a .csv or .jsonl file, plain or gzipped.

    `columns` is attribute → column; otherwise columns called like attributes are taken, and in
    .jsonl Perspective's own answers too: `{"text": …, "attributeScores": {…}}`. Rows without a
    score are left out. Raises RowError naming file and line.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        rows = _json_rows(lines) if ".jsonl" in path.suffixes else csv.DictReader(lines)
        number = 1
        try:
            for row in rows:
                if scored := _row(row, columns):
                    yield scored
                number += 1
        except KeyError as error:
            raise RowError(f"{path}: row {number}: has no {error.args[0]}") from None
        except (ValueError, TypeError, AttributeError, csv.Error, EOFError) as error:
            kind = type(error).__name__
            raise RowError(f"{path}: row {number}: not a text with scores ({kind})") from None


def _json_rows(lines: IO[str]) -> Iterator[dict[str, Any]]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for line in lines:
        if line.strip():
            yield decode(line)


def _row(row: Mapping[str, Any], columns: Mapping[str, str]) -> LogRow | None:
    text = next((row[name] for name in _TEXTS if name in row), None)
    if isinstance(text, Mapping):
        text = text["text"]
    if text is None:
        raise KeyError(f"text, under any of the names {', '.join(_TEXTS)}")
    given = row.get("attributeScores")
    if isinstance(given, Mapping):
        scores = {name: of["summaryScore"]["value"] for name, of in given.items()}
    elif columns:
        scores = {attribute: row[name] for attribute, name in columns.items()}
    else:
        scores = {name.upper(): value for name, value in row.items() if name.upper() in ATTRIBUTES}
    kept = {
        name: float(value)
        for name, value in scores.items()
        if name in ATTRIBUTES and value not in (None, "")
    }
    if not all(0.0 <= score <= 1.0 for score in kept.values()):
        raise ValueError("a score outside [0, 1]")
    return LogRow(str(text), kept) if kept and str(text).strip() else None
