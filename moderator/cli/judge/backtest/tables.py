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


def tables(findings: Findings, diff: Diff) -> Iterator[RenderableType]:
    """From the totals to the sample."""
    totals = findings.totals
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
    if any(row.community is not None for row in findings.communities):
        yield _communities(findings.communities)
    if findings.rules:
        yield _rules(findings.rules)
    if findings.sample:
        title = f"{len(findings.sample)} of {totals.changed:,} changes, drawn from each kind"
        yield changes_table(findings.sample, title)


def _communities(communities: Sequence[OfCommunity]) -> Table:
    names = "comments", "changed", "share (95 %)", "held", "→"
    table = _table("communities", len(communities), "community", names)
    for row in communities[:SHOWN]:
        table.add_row(
            printable("–" if row.community is None else row.community),
            f"{row.compared:,}", f"{row.changed:,}", _percent(row.changed_share),
            f"{100 * row.held_before.value:.2f} %", f"{100 * row.held_after.value:.2f} %",
        )  # fmt: skip
    return table


def _rules(rules: Sequence[OfRule]) -> Table:
    names = "before", "after", "gained", "lost", "share after (95 %)"
    table = _table("rules and labels", len(rules), "rule", names)
    for row in rules[:SHOWN]:
        table.add_row(
            printable(row.rule), f"{row.before:,}", f"{row.after:,}",
            f"+{row.gained:,}", f"−{row.lost:,}", _percent(row.share_after),
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
    value, low, high = (100 * part for part in share)
    return f"{value:.2f} % ({low:.2f}–{high:.2f})"
