"""A table of plain columns, as most commands print it."""

from __future__ import annotations

from rich.table import Table


def columns(*names: str) -> Table:
    """A table without lines. A word that is longer than its column is broken, never cut."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table
