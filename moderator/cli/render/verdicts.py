"""Verdicts as tables: how a person reads them."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from moderator.records import Action, Match, Verdict
from moderator.replay.report import Report

ACTION_STYLES = {Action.ALLOW: "green", Action.REVIEW: "yellow", Action.BLOCK: "bold red"}


Judged = tuple[str, Verdict, float]
"""A comment's text, its verdict, and the milliseconds it took."""

_TOP_SCORES = 2


def action_text(action: Action) -> Text:
    """The action in its colour."""
    return Text(action.value, ACTION_STYLES[action])


def marked(text: str, matches: Iterable[Match]) -> Text:
    """A text with its matches shown in place; control characters made visible."""
    shown = Text("".join(c if c == "\n" or c.isprintable() else "\ufffd" for c in text))
    for match in matches:
        style = "dim underline" if match.quoted else "bold red underline"
        shown.stylize(style, match.start, match.end)
    return shown


def verdict_table(rows: Iterable[Judged], title: str) -> Table:
    """One row a verdict, with its highest scores."""
    table = Table(title=title, title_justify="left", expand=True)
    table.add_column("action", no_wrap=True)
    table.add_column("comment", ratio=5, no_wrap=True, overflow="ellipsis")
    table.add_column("highest scores", ratio=3)
    table.add_column("matches", ratio=2, overflow="ellipsis")
    table.add_column("reason", ratio=3)
    table.add_column("ms", justify="right", no_wrap=True)
    for text, verdict, latency_ms in rows:
        table.add_row(
            action_text(verdict.action),
            _first_line(text, verdict.matches),
            _highest(verdict),
            ", ".join(_term(match) for match in verdict.matches),
            ", ".join(f"{r.rule} {r.score:.2f} ≥ {r.threshold:.2f}" for r in verdict.reasons[:2]),
            f"{latency_ms:.1f}",
        )
    return table


def report_table(report: Report, title: str) -> Table:
    """The totals of a run."""
    table = Table(title=title, title_justify="left", show_header=False)
    if report.published:
        table.add_row("published", f"{report.published:,} in {report.seconds:.2f} s")
    if report.verdicts:
        _add_verdicts(table, report)
    if report.dead_letters:
        table.add_row("dead letters", Text(f"{report.dead_letters:,}", "yellow"))
    if report.bad_rows:
        table.add_row("bad rows", Text(f"{report.bad_rows:,}", "yellow"))
    return table


def _add_verdicts(table: Table, report: Report) -> None:
    latency = report.as_dict()["latency_ms"]
    table.add_row("verdicts", f"{report.verdicts:,}")
    table.add_row("throughput", f"{report.per_second:,.0f} comments/s over {report.seconds:.2f} s")
    percentiles = (f"{name} {value:,.1f} ms" for name, value in latency.items())
    table.add_row("latency", " · ".join(percentiles))
    actions = Text(" · ").join(
        Text.assemble(action_text(action), f" {report.actions[action]:,}") for action in Action
    )
    table.add_row("actions", actions)
    table.add_row("cache hits", f"{report.cached:,}")
    if report.degraded:
        table.add_row("degraded", f"{report.degraded:,}")


def _highest(verdict: Verdict) -> str:
    ranked = sorted(verdict.scores.items(), key=lambda item: -item[1])
    return ", ".join(f"{label} {score:.2f}" for label, score in ranked[:_TOP_SCORES])


def _term(match: Match) -> str:
    return f"{match.term} (quoted)" if match.quoted else match.term


def _first_line(text: str, matches: Iterable[Match]) -> Text:
    """The comment's own first line, or all of it: quoted lines are left out of the table."""
    at = 0
    for line in text.splitlines(keepends=True):
        if not line.startswith(">"):
            break
        at += len(line)
    else:
        at = 0
    end = len(text)
    return marked(text, matches)[at:end] if at < end else marked(text, matches)
