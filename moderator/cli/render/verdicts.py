"""Verdicts as tables: how a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from moderator.cli.render.tables import columns
from moderator.policy import Policy
from moderator.records import Action, Match, Reason, Verdict
from moderator.replay.report import Report

_ID_WIDTH = 18
ACTION_STYLES = {Action.ALLOW: "green", Action.REVIEW: "yellow", Action.BLOCK: "bold red"}


class Shown(NamedTuple):
    """A comment's text, its verdict if it has one, the milliseconds it took, and what it shows."""

    text: str
    verdict: Verdict | None
    latency_ms: float
    shows: str = ""

    @property
    def action(self) -> Action:
        """The verdict's action; `block` for what has none."""
        return self.verdict.action if self.verdict else Action.BLOCK


def action_text(action: Action) -> Text:
    """The action in its colour."""
    return Text(action.value, ACTION_STYLES[action])


def reason_line(reason: Reason) -> str:
    """The rule, and the score that met its threshold, if a score did."""
    met = f": {reason.score:.4f} ≥ {reason.threshold:.2f}" if reason.threshold else ""
    return f"{reason.rule}{met}"


def marked(text: str, matches: Iterable[Match]) -> Text:
    """A text with its matches shown in place; control characters made visible."""
    shown = Text("".join(c if c == "\n" or c.isprintable() else "\ufffd" for c in text))
    for match in matches:
        style = "dim underline" if match.quoted else "bold red underline"
        shown.stylize(style, match.start, match.end)
    return shown


def scores_table(
    verdict: Verdict, scores: Mapping[str, float], policy: Policy | None, head: str = "score"
) -> Table:
    """Each score beside the policy's thresholds; without it, beside those that the reasons give."""
    named = {reason.label: reason.threshold for reason in verdict.reasons}
    table = columns("label", head, "review at", "block at")
    for label, score in scores.items():
        bounds = (
            (policy.review.get(label), policy.block.get(label))
            if policy
            else (named.get(label), None)
        )
        table.add_row(
            Text(label, "bold red" if label in named else ""),
            f"{score:.4f}",
            *("–" if bound is None else f"{bound:.2f}" for bound in bounds),
        )
    return table


def shown_table(rows: Sequence[Shown], title: str, *, with_ids: bool = False) -> Table:
    """One row a comment, readable in 80 columns: action, text, the reasons, latency; `with_ids`
    also its id, and its community if any row has one."""
    table = Table(title=title, title_justify="left", expand=True, padding=(0, 1, 0, 0), box=SIMPLE)
    labelled = any(row.shows for row in rows)
    if labelled:
        table.add_column("shows", no_wrap=True)
    communities = with_ids and any(_community(row) for row in rows)
    if with_ids:
        table.add_column("id", overflow="fold", max_width=_ID_WIDTH)
    if communities:
        table.add_column("community", overflow="fold", max_width=_ID_WIDTH)
    table.add_column("action", no_wrap=True)
    table.add_column("comment", ratio=4, no_wrap=True, overflow="ellipsis")
    table.add_column("why", ratio=5)
    table.add_column("ms", justify="right", no_wrap=True)
    for row in rows:
        first: list[str | Text] = [row.shows] if labelled else []
        if with_ids:
            first.append(marked(row.verdict.id if row.verdict else "", ()))
        if communities:
            first.append(marked(_community(row), ()))
        if row.verdict is None:
            dead = Text("dead", "magenta")
            table.add_row(*first, dead, marked(row.text, ()), "kept in the dead-letter topic", "")
            continue
        table.add_row(
            *first,
            action_text(row.action),
            _first_line(row.text, row.verdict.matches),
            _why(row.verdict),
            f"{row.latency_ms:.1f}",
        )
    return table


def _community(row: Shown) -> str:
    community = row.verdict.community if row.verdict else None
    return community if isinstance(community, str) else ""


def _why(verdict: Verdict) -> str:
    """The clearest reason; for an allowed comment what was found, or its highest score."""
    cached = " (cached)" if verdict.cached else ""
    if verdict.reasons:
        clearest = verdict.reasons[0]
        label = clearest.rule.partition(".")[2]
        if not clearest.threshold:  # a rule, or what could not be judged: no score met anything
            return f"{label}{cached}"
        return f"{label} {clearest.score:.2f} ≥ {clearest.threshold:.2f}{cached}"
    if verdict.matches:
        return "found: " + ", ".join(_term(match) for match in verdict.matches[:3]) + cached
    if not verdict.scores:
        return ""
    label = max(verdict.scores, key=verdict.scores.__getitem__)
    return f"highest: {label} {verdict.scores[label]:.2f}{cached}"


def report_table(report: Report, title: str, *, with_throughput: bool = True) -> Table:
    """The totals of a run; its throughput says nothing if each comment waited for the last."""
    table = Table(title=title, title_justify="left", show_header=False)
    if report.published:
        table.add_row("published", f"{report.published:,} in {report.seconds:.2f} s")
    if report.verdicts:
        _add_verdicts(table, report, with_throughput)
    if report.dead_letters:
        table.add_row("dead letters", Text(f"{report.dead_letters:,}", "yellow"))
    if report.bad_rows:
        table.add_row("bad rows", Text(f"{report.bad_rows:,}", "yellow"))
    return table


def _add_verdicts(table: Table, report: Report, with_throughput: bool) -> None:
    latency = report.as_dict()["latency_ms"]
    table.add_row("verdicts", f"{report.verdicts:,}")
    if with_throughput:
        rate = f"{report.per_second:,.0f} comments/s over {report.seconds:.2f} s"
        table.add_row("throughput", rate)
    percentiles = (f"{name} {value:,.1f} ms" for name, value in latency.items())
    table.add_row("latency", " · ".join(percentiles))
    actions = Text(" · ").join(
        Text.assemble(action_text(action), f" {report.actions[action]:,}") for action in Action
    )
    table.add_row("actions", actions)
    table.add_row("cache hits", f"{report.cached:,}")
    if report.degraded:
        table.add_row("degraded", f"{report.degraded:,}")


def _term(match: Match) -> str:
    return f"{match.term} (quoted)" if match.quoted else match.term


def _first_line(text: str, matches: Iterable[Match]) -> Text:
    """The comment's own first line, or all of it: quoted lines are left out of the table."""
    offset = 0
    for line in text.splitlines(keepends=True):
        if not line.startswith(">"):
            break
        offset += len(line)
    else:
        offset = 0
    end = len(text)
    return marked(text, matches)[offset:end] if offset < end else marked(text, matches)
