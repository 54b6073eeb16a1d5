"""`moderator demo`: broker, worker and seed comments in one go."""

from __future__ import annotations

import asyncio
import signal
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out, report_bad_row
from moderator.cli.render.verdicts import Judged, report_table, verdict_table
from moderator.package import shipped
from moderator.records import Verdict, to_json
from moderator.replay.files import open_rows
from moderator.replay.rows import Columns, Row
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.stream.worker_subprocess import RunningWorker


def demo(
    config: ConfigOption = None,
    seeds: Annotated[
        Path | None, typer.Option(help="File to send; default: the shipped examples.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep running afterwards; print the addresses.")
    ] = False,
) -> None:
    """Start an embedded broker and a worker, send the seed comments, show the verdicts.

    Nothing else needs to run. The broker is for trials only: it keeps little, in memory.

    [bold]Examples[/bold]

      moderator demo

      moderator demo --keep --seeds comments.jsonl
    """
    from moderator.stream.worker_subprocess import running_worker

    with exit_codes():
        settings = Settings.load(config)
        files = [str(seeds)] if seeds else sorted(map(str, shipped("seeds").glob("*.txt")))
        rows = list(open_rows(files, None, Columns(max_text_bytes=settings.stream.max_text_bytes)))
        with ExitStack() as stack:
            with err().status("starting the embedded broker and a worker"):
                running = stack.enter_context(running_worker(config))
            _send(running.settings, rows)
            if keep:
                _stay(running)


def _send(settings: Settings, rows: list[Row]) -> None:
    from moderator.replay.publish import publish

    texts = {row.comment.id: row.comment.text for row in rows if row.comment}
    judged: list[Judged] = []
    console = err()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("verdicts", total=len(texts))

        def heard(verdict: Verdict, latency_ms: float) -> None:
            judged.append((texts[verdict.id], verdict, latency_ms))
            bar.advance(task)

        report = asyncio.run(publish(settings, rows, on_error=report_bad_row, on_verdict=heard))
    order = {comment_id: place for place, comment_id in enumerate(texts)}
    judged.sort(key=lambda one: order[one[1].id])
    if is_terminal():
        out().print(
            verdict_table(judged, "verdicts"), report_table(report, "from queue to verdict")
        )
    else:
        for _, verdict, _ in judged:
            typer.echo(to_json(verdict))
        typer.echo(msgspec.json.encode(report.as_dict()), err=True)


def _stay(running: RunningWorker) -> None:
    lines = (f"broker   {running.address}", f"metrics  {running.metrics_url}", "Ctrl-C stops both.")
    err().print("\n".join(lines), highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        signal.pause()
