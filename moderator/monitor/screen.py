"""The figures as one terminal screen, readable in 80 columns and 24 lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Group
from rich.table import Table
from rich.text import Text

from moderator.monitor.figures import Figures, Percentiles, Requests, StageFigures
from moderator.monitor.history import History

Order = Literal["value", "name"]

_BARS = "▁▂▃▄▅▆▇█"
_COLOURS = {"allow": "green", "review": "yellow", "block": "red"}
_HEAD_LINES = 10


def screen(figures: Figures, history: History, order: Order, lines: int) -> Group:
    """Everything, cut to `lines`."""
    rows = max(3, lines - _HEAD_LINES - (figures.requests is not None))
    tables = Table.grid(expand=True, padding=(0, 2, 0, 0))
    tables.add_column(ratio=1)
    tables.add_column()
    tables.add_row(_stages(figures, order, rows), _partitions(figures, order, rows))
    return Group(_title(figures, history), *_head(figures, history), Text(), tables, _keys(order))


def spark(values: Iterable[float], width: int) -> str:
    """The last `width` values as bars; the highest is full, 0 is the lowest."""
    shown = list(values)[-width:]
    top = max(shown, default=0.0)
    if top <= 0:
        return _BARS[0] * len(shown)
    return "".join(_BARS[min(7, int(value / top * 7.999))] for value in shown)


def seconds(value: float | None) -> str:
    """A duration in a fitting unit: 340 µs, 12 ms, 1.5 s, 3 min, 2.0 h."""
    if not value:
        return "–" if value is None else "0 s"
    for limit, factor, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms"), (120.0, 1.0, "s")):
        if value < limit:
            return f"{value * factor:.3g} {unit}"
    return f"{value / 60:.0f} min" if value < 7200 else f"{value / 3600:.1f} h"


def count(value: float) -> str:
    """A number short enough for a column: 0.2, 950, 12.3k, 4.56M."""
    for limit, factor, unit in ((10.0, 1.0, ""), (1e4, 1.0, ""), (1e6, 1e-3, "k")):
        if value < limit:
            scaled = value * factor
            return f"{scaled:.1f}{unit}" if scaled < 100 and scaled % 1 else f"{scaled:.0f}{unit}"
    return f"{value / 1e6:.2f}M"


def _title(figures: Figures, history: History) -> Text:
    text = Text("moderator", style="bold")
    text.append(f"  {figures.workers} worker{'' if figures.workers == 1 else 's'}", style="default")
    text.append(
        f"  {figures.cpu_cores:.2f} cores  {figures.memory_bytes / 2**20:.0f} MiB", style="dim"
    )
    if history.down:
        text.append(f"  no answer: {', '.join(history.down)}", style="bold red")
    if figures.halted:
        text.append("  halted: too many dead letters", style="bold red")
    if figures.held:
        text.append(f"  partitions held: {figures.held}", style="bold red")
    return text


def _head(figures: Figures, history: History) -> list[Text]:
    total = sum(figures.actions.values())
    actions = Text(f"{'actions':<11}")
    for action, colour in _COLOURS.items():
        share = figures.actions.get(action, 0.0) / total if total else 0.0
        actions.append(f"{action} ", style=colour).append(f"{share:<8.1%}")
    cache = Text(f"{'cache':<11}{figures.cached:.1%} of comments")
    for name, results in figures.look_ups.items():
        asked = sum(results.values())
        hit = results.get("hit", 0.0) / asked if asked else 0.0
        cache.append(f"   {name} {hit:.1%} hit")
        failed = results.get("error", 0.0) + results.get("open", 0.0)
        if failed:
            cache.append(f", {count(failed)}/s failed", style="red")
    if figures.redis_up is False:
        cache.append("   redis is skipped", style="bold red")
    trouble = Text(f"{'trouble':<11}")
    for label, rate in (
        ("dead letters", figures.dead_letters),
        ("degraded", figures.degraded),
        ("scorer errors", figures.scorer_errors),
        ("retries", figures.retries),
    ):
        trouble.append(f"{label} ").append(f"{count(rate)}/s   ", style="red" if rate else "dim")
    lines = [
        _sparkline("comments/s", count(figures.comments), history.comments),
        _sparkline("lag", count(figures.lag), history.lag, f"oldest {seconds(figures.oldest_s)}"),
        _sparkline("p99", _p99(figures.end_to_end), history.p99_s, _rest(figures.end_to_end)),
        Text(f"{'queue':<11}{_p99(figures.queue):<10}{_rest(figures.queue)}"),
        actions,
        cache,
        trouble,
    ]
    return lines if figures.requests is None else [*lines, _requests(figures.requests)]


def _requests(requests: Requests) -> Text:
    text = Text(f"{'HTTP':<11}").append(f"{count(sum(requests.statuses.values()))}/s", "bold")
    text.append(f"   {requests.in_flight:.0f} open   p99 {_p99(requests.took)}")
    text.append(f" (waiting {_p99(requests.waiting)})")
    for status, rate in sorted(requests.statuses.items()):
        if status >= "400" and rate:
            text.append(f"   {status} {count(rate)}/s", "red" if status >= "500" else "yellow")
    return text


def _sparkline(label: str, value: str, history: Sequence[float], after: str = "") -> Text:
    text = Text(f"{label:<11}").append(f"{value:<10}", style="bold")
    return text.append(f"{spark(history, 30):<32}", style="cyan").append(after)


def _p99(figures: Percentiles | None) -> str:
    return seconds(figures.p99 if figures else None)


def _rest(figures: Percentiles | None) -> str:
    return f"p50 {seconds(figures.p50)}  p95 {seconds(figures.p95)}" if figures else "no comments"


def _stages(figures: Figures, order: Order, rows: int) -> Table:
    table = Table(box=None, pad_edge=False, expand=True, header_style="dim")
    table.add_column("stage", no_wrap=True)
    for heading in ("mean", "p95", "busy"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, stage in _ordered(figures.stages.items(), order)[:rows]:
        table.add_row(name, seconds(stage.mean_s), seconds(stage.p95_s), f"{stage.busy:.1%}")
    return table


def _ordered(
    stages: Iterable[tuple[str, StageFigures]], order: Order
) -> list[tuple[str, StageFigures]]:
    return sorted(stages, key=lambda item: item[0] if order == "name" else -item[1].busy)


def _partitions(figures: Figures, order: Order, rows: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("partition", "lag", "oldest"):
        table.add_column(heading, justify="right", no_wrap=True)
    items = list(figures.partitions.items())
    if order == "value":
        items.sort(key=lambda item: (-item[1].lag, item[0]))
    for number, partition in items[:rows]:
        table.add_row(str(number), count(partition.lag), seconds(partition.oldest_s))
    return table


def _keys(order: Order) -> Text:
    other = "name" if order == "value" else "value"
    return Text.assemble(("q", "bold"), " quit   ", ("s", "bold"), f" sort by {other}", style="dim")
