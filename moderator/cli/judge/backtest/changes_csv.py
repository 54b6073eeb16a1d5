"""Writes every comment whose action changes as a row of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moderator.backtest.run import OnChange
from moderator.cli.options import printable
from moderator.replay.diff import Change

COLUMNS = (
    "id", "community", "before", "after", "rules_before", "rules_after", "scores_before",
    "scores_after", "text",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def changes_csv(path: Path, *, with_text: bool) -> Iterator[OnChange]:
    """Opens the file and gives a function that writes a change; without `with_text`, the last
    column is left out. Raises OSError."""
    columns = COLUMNS if with_text else COLUMNS[:-1]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        yield lambda change: writer.writerow(_cells(change)[: len(columns)])


def _cells(change: Change) -> list[str]:
    return [
        _cell(change.id),
        _cell(change.community or ""),
        change.before,
        change.after,
        " ".join(change.rules_before),
        " ".join(change.rules_after),
        " ".join(f"{label}={old:.4f}" for label, (old, _) in change.scores.items()),
        " ".join(f"{label}={new:.4f}" for label, (_, new) in change.scores.items()),
        _cell(change.text or ""),
    ]


def _cell(text: str) -> str:
    """What users wrote, so that a spreadsheet takes it for text and not for a formula."""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
