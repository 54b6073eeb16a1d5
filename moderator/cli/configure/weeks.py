"""`moderator model evaluate --feedback`: how often people agreed with each rule, by week."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.progress import Progress
from rich.table import Table

from moderator.cli.options import err, is_terminal, out
from moderator.cli.render.tables import columns
from moderator.errors import SettingsError
from moderator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moderator.feedback.decided import DecidedText
    from moderator.feedback.weekly import Week


def evaluate_feedback(config: Path | None, model: str | None, *, as_json: bool) -> None:
    """Judge the decided texts again and print the weeks. Raises ModeratorError or OSError."""
    from moderator.feedback.weekly import by_week
    from moderator.scorers.compact.scorer import find_model

    # The memory cache: verdicts that applications look up must stay as they are.
    given: dict[str, object] = {"cache": {"backend": "memory"}}
    if model is not None:
        given["scorers"] = {"compact": {"model": find_model(model)}}
    weeks = by_week(asyncio.run(decided(Settings.load(config, given))))
    if as_json or not is_terminal():
        for week in weeks:
            typer.echo(msgspec.json.encode(week))
        return
    out().print(_table(weeks))


async def decided(settings: Settings) -> list[DecidedText]:
    """The texts that people decided about, judged by these settings, with a progress bar.

    Raises SettingsError if there are none.
    """
    from moderator.feedback.decided import decided_texts, latest
    from moderator.feedback.history import history
    from moderator.metrics import Metrics
    from moderator.wiring import build_pipeline

    decisions = latest(await asyncio.to_thread(history, settings))
    if not decisions:
        raise SettingsError("nobody has decided anything yet: `moderator feedback add`")
    pipeline = build_pipeline(settings, Metrics())
    console = err()
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("judging what people decided", total=len(decisions))
            return await decided_texts(
                pipeline, decisions, lambda more: progress.advance(task, more)
            )
    finally:
        await pipeline.close()


def _table(weeks: Sequence[Week]) -> Table:
    table = columns("week", "policy", "rule")
    for name in ("decisions", "agreed", "precision"):
        table.add_column(name, justify="right", no_wrap=True)
    before = ""
    for row in weeks:
        if before not in ("", row.week):
            table.add_section()
        value, low, high = row.precision
        table.add_row(
            row.week if row.week != before else "", row.policy, row.rule,
            f"{row.decisions:,}", f"{row.agreed:,}", f"{value:.3f} ({low:.2f}–{high:.2f})",
        )  # fmt: skip
        before = row.week
    return table
