"""Labelled texts from a CSV file, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from moderator.errors import RowError
from moderator.evaluation.measures import Truth
from moderator.labels import LABELS

TEXT_COLUMNS = ("comment_text", "text", "content", "message", "txt")


@dataclass(frozen=True)
class Labelled:
    """Texts, and for each label that the file has, whether it holds."""

    texts: list[str]
    truth: dict[str, Truth]

    def any_label(self) -> Truth:
        """For each text, whether any of the labels holds."""
        any_label: Truth = np.any(np.stack(list(self.truth.values())), axis=0)
        return any_label


def read_labelled(
    path: Path, text_column: str | None = None, columns: Mapping[str, str] | None = None
) -> Labelled:
    """Reads a file; `columns` maps labels to columns; labels that it leaves out are looked for
    under their usual names.

    A value of 0.5 and more means that the label holds. Raises RowError with file and line.
    """
    with _opened(path) as lines:
        reader = csv.DictReader(lines)
        header = reader.fieldnames or ()
        text_name = _chosen(path, header, (text_column,) if text_column else TEXT_COLUMNS, "text")
        wanted = dict(columns or {}) or {
            label.name: column
            for label in LABELS.values()
            for column in (label.name, *label.aliases)
            if column in header
        }
        for label, name in wanted.items():
            _chosen(path, header, (name,), label)
        if not wanted:
            raise RowError(
                f"{path}: no column of a known label; name one with --label LABEL=COLUMN"
            )
        texts: list[str] = []
        values: dict[str, list[bool]] = {label: [] for label in wanted}
        for row in reader:
            texts.append(row[text_name] or "")
            for label, name in wanted.items():
                try:
                    values[label].append(float(row[name]) >= 0.5)
                except (TypeError, ValueError):
                    raise RowError(
                        f"{path}:{reader.line_num}: column {name!r} holds no number"
                    ) from None
    return Labelled(
        texts, {label: np.array(given, dtype=np.bool_) for label, given in values.items()}
    )


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
                yield lines
        else:
            with path.open(encoding="utf-8", newline="") as lines:
                yield lines
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise RowError(f"{path}: cannot be read ({reason})") from error


def _chosen(path: Path, header: Sequence[str], names: tuple[str, ...], purpose: str) -> str:
    for name in names:
        if name in header:
            return name
    raise RowError(f"{path}: no column {' or '.join(map(repr, names))} for {purpose}")
