"""What a backtest found, as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
    changed = f"{totals.changed:,} · {percent(totals.changed_share)}"
    line = Text.assemble("changed ", (changed, "bold"))
    line.append(f"\nheld    {percent(totals.held_before)} → {percent(totals.held_after)}")
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


def percent(share: Interval) -> str:
    """A share with its interval, in percent."""
    value, low, high = (100 * one for one in share)
    return f"{value:.2f} % ({low:.2f}–{high:.2f})"


def _communities(found: Sequence[OfCommunity]) -> Table:
    table = _table(_titled("communities", len(found)))
    table.add_column("community", overflow="fold", ratio=1)
    for name in ("comments", "changed", "share (95 %)", "held", "→"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found[:SHOWN]:
        table.add_row(
            printable("–" if one.community is None else one.community),
            f"{one.compared:,}", f"{one.changed:,}", percent(one.changed_share),
            f"{100 * one.held_before.value:.2f} %", f"{100 * one.held_after.value:.2f} %",
        )  # fmt: skip
    return table


def _rules(found: Sequence[OfRule]) -> Table:
    table = _table(_titled("rules and labels", len(found)))
    table.add_column("rule", overflow="fold", ratio=1)
    for name in ("before", "after", "gained", "lost", "share after (95 %)"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in found[:SHOWN]:
        table.add_row(
            printable(one.rule), f"{one.before:,}", f"{one.after:,}",
            f"+{one.gained:,}", f"−{one.lost:,}", percent(one.share_after),
        )  # fmt: skip
    return table


def _titled(what: str, number: int) -> str:
    return what if number <= SHOWN else f"{what}: {SHOWN} of {number:,}, most changes first"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", expand=True, box=SIMPLE, padding=(0, 1, 0, 0))
