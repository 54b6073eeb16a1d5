"""`moderator demo`: broker, worker and example comments in one go."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from moderator.cli.judge.demo_lines import DEMO_LINES
from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out, report_bad_row
from moderator.cli.render.verdicts import Shown, report_table, shown_table
from moderator.errors import RowError
from moderator.messages.commands import copyable
from moderator.package import shipped
from moderator.records import Comment, Verdict, to_json
from moderator.replay.files import open_rows
from moderator.replay.report import Report
from moderator.replay.rows import Columns
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.stream.worker_subprocess import RunningWorker

OnVerdict = Callable[[Verdict, float], None]

_ONE_BY_ONE = 100
"""The first comments are sent one by one, so that each shows its own latency."""
_SEED_ROWS = 8
_CHUNK = 64


def demo(
    config: ConfigOption = None,
    seeds: Annotated[
        Path | None, typer.Option(help="File to send; default: the shipped examples.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep running afterwards, with the page on http.port.")
    ] = False,
) -> None:
    """Start an embedded broker and a worker, send example comments, explain the verdicts.

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
        for row in rows:
            if row.error:
                report_bad_row(row.error)
        lines = [] if seeds else list(DEMO_LINES)
        comments = [line.comment for line in lines] + [row.comment for row in rows if row.comment]
        if not comments:
            raise RowError(
                f"{seeds}: nothing to send; `moderator replay` has options for other columns"
            )
        with ExitStack() as stack:
            with err().status("starting the embedded broker and a worker"):
                port = settings.http.port if keep else 0
                running = stack.enter_context(
                    running_worker(config, port, with_api=keep and _has_api())
                )
            judged, report = _send(running.settings, comments)
            if is_terminal():
                _show([line.shows for line in lines], comments, judged, report)
            else:
                for verdict, _ in judged.values():
                    typer.echo(to_json(verdict))
                typer.echo(msgspec.json.encode(report.as_dict()), err=True)
            if keep:
                _stay(running)
            else:
                _next(f"http://127.0.0.1:{settings.http.port}/")


def _send(
    settings: Settings, comments: list[Comment]
) -> tuple[dict[str, tuple[Verdict, float]], Report]:
    """Verdict and milliseconds from the hand-over of each comment, by id in their order."""
    judged: dict[str, tuple[Verdict, float]] = {}
    report = Report()
    console = err()
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("verdicts", total=len(comments))

        def heard(verdict: Verdict, latency_ms: float) -> None:
            judged[verdict.id] = verdict, latency_ms
            report.count(verdict, latency_ms)
            bar.advance(task)

        asyncio.run(_publish(settings, comments, heard, report))
    return {c.id: judged[c.id] for c in comments if c.id in judged}, report


async def _publish(
    settings: Settings, comments: list[Comment], heard: OnVerdict, report: Report
) -> None:
    from moderator.kafka.comment_producer import CommentProducer

    sent_at = started = perf_counter()

    def received(verdicts: Sequence[Verdict]) -> None:
        for verdict in verdicts:
            heard(verdict, (perf_counter() - sent_at) * 1000)

    size = 1 if len(comments) <= _ONE_BY_ONE else _CHUNK
    async with CommentProducer(settings, received) as producer:
        for start in range(0, len(comments), size):
            sent_at = perf_counter()
            await producer.publish(comments[start : start + size])
            await producer.finish()
        report.published, report.dead_letters = producer.published, producer.dead_letters
    report.seconds = perf_counter() - started


def _show(
    shows: list[str],
    comments: list[Comment],
    judged: dict[str, tuple[Verdict, float]],
    report: Report,
) -> None:
    def row(comment: Comment, what: str = "") -> Shown:
        verdict, latency_ms = judged.get(comment.id, (None, 0.0))
        return Shown(comment.text, verdict, latency_ms, what)

    rows = [row(comment, what) for what, comment in zip(shows, comments, strict=False)]
    rest = [row(comment) for comment in comments[len(shows) :]]
    if rows:
        out().print(shown_table(rows, "what it can do"))
    held = sorted(rest, key=lambda shown: shown.action.rank, reverse=True)[:_SEED_ROWS]
    if held:
        title = f"from the seed file ({len(held)} of {len(rest)} shown, held ones first)"
        out().print(shown_table(held, title))
    alone = len(comments) <= _ONE_BY_ONE
    how = "one by one, over the" if alone else "over the"
    title = f"from queue to verdict, {how} embedded broker"
    out().print(report_table(report, title, with_throughput=not alone))


def _has_api() -> bool:
    return importlib.util.find_spec("uvicorn") is not None


def _stay(running: RunningWorker) -> None:
    page = running.metrics_url.removesuffix("metrics")
    _next(page, live=True)
    lines = [f"broker   {running.address}", f"metrics  {running.metrics_url}"]
    if running.api_url:
        lines += [
            f"API      {running.api_url}/docs",
            f"curl {running.api_url}/v1/moderate -H 'Content-Type: application/json' "
            """-d '{"text": "You are an idiot."}'""",
        ]
    else:
        lines.append("API      pip install 'moderator[serve]'")
    err().print("\n".join([*lines, "Ctrl-C stops all."]), highlight=False, soft_wrap=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        signal.pause()


def _next(page: str, *, live: bool = False) -> None:
    """Commands that work from here, the page of live figures first."""
    first = (
        (page, "the page of live figures")
        if live
        else ("moderator demo --keep", f"keep it running, see {page}")
    )
    steps = (
        first,
        ('moderator score "your text"', "explain one text"),
        ("moderator replay FILE", "judge a .txt, .jsonl or .csv file"),
        ("moderator --help", "all commands"),
    )
    err().print(Text("Next:", "bold"))
    shown = [(copyable(f"`{command}`").strip("`"), purpose) for command, purpose in steps]
    width = max(len(command) for command, _ in shown)
    for command, purpose in shown:
        err().print(f"  {command:<{width}}  {purpose}", highlight=False, soft_wrap=True)
