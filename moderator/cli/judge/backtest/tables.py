"""What a backtest found, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from moderator.backtest.findings import Findings, OfCommunity, OfRule
from moderator.cli.options import printable
from moderator.cli.render.changes import changes_table, matrix_table, undecided_lines
from moderator.evaluation.wilson import Interval
from moderator.replay.diff import Diff

SHOWN = 20
"""Communities and rules on a terminal; JSON lines and the report have all."""


def tables(found: Findings, diff: Diff) -> Iterator[RenderableType]:
    """From the totals to the sample."""
    totals = found.totals
    yield matrix_table(diff)
    changed = f"{totals.changed:,} · {_percent(totals.changed_share)}"
    line = Text.assemble("changed ", (changed, "bold"))
    line.append(f"\nheld    {_percent(totals.held_before)} → {_percent(totals.held_after)}")
    if totals.scored:
        line.append(f"\nscored  {totals.scored:,} texts for this", "dim")
    if totals.by_people:
        line.append(f"\nkept    {totals.by_people:,} that a person decided about", "dim")
    yield line
    yield from undecided_lines(diff)
    if any(one.community is not None for one in found.communities):
        yield _communities(found.communities)
    if found.rules:
        yield _rules(found.rules)
    if found.sample:
        title = f"{len(found.sample)} of {totals.changed:,} changes, drawn from each kind"
        yield changes_table(found.sample, title)


def _communities(found: Sequence[OfCommunity]) -> Table:
    names = "comments", "changed", "share (95 %)", "held", "→"
    table = _table("communities", len(found), "community", names)
    for one in found[:SHOWN]:
        table.add_row(
            printable("–" if one.community is None else one.community),
            f"{one.compared:,}", f"{one.changed:,}", _percent(one.changed_share),
            f"{100 * one.held_before.value:.2f} %", f"{100 * one.held_after.value:.2f} %",
        )  # fmt: skip
    return table


def _rules(found: Sequence[OfRule]) -> Table:
    names = "before", "after", "gained", "lost", "share after (95 %)"
    table = _table("rules and labels", len(found), "rule", names)
    for one in found[:SHOWN]:
        table.add_row(
            printable(one.rule), f"{one.before:,}", f"{one.after:,}",
            f"+{one.gained:,}", f"−{one.lost:,}", _percent(one.share_after),
        )  # fmt: skip
    return table


def _table(what: str, count: int, first: str, numbers: Iterable[str]) -> Table:
    """An empty table for `count` rows, of which at most `SHOWN` are shown: names, then numbers."""
    title = what if count <= SHOWN else f"{what}: {SHOWN} of {count:,}, most changes first"
    table = Table(title=title, title_justify="left", expand=True, box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold", ratio=1)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _percent(share: Interval) -> str:
    value, low, high = (100 * one for one in share)
    return f"{value:.2f} % ({low:.2f}–{high:.2f})"
