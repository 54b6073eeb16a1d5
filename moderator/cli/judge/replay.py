"""`moderator replay`: seed files through the pipeline or onto the topic."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from moderator.cli.judge.columns import (
    Encoding,
    IdColumn,
    KindOption,
    OtherColumns,
    TextColumnOption,
    columns_of,
    reading,
)
from moderator.cli.judge.in_force import known_policies
from moderator.cli.options import (
    ConfigOption,
    FailOn,
    end_if_held,
    err,
    exit_codes,
    is_terminal,
    notice,
    out,
    report_bad_row,
)
from moderator.cli.render.verdicts import Shown, report_table, shown_table
from moderator.errors import RowError, SettingsError
from moderator.messages.words import counted
from moderator.metrics import Metrics
from moderator.records import Action, Comment, Verdict, to_json
from moderator.replay.files import open_rows
from moderator.replay.pace import parse_rate
from moderator.replay.report import Report
from moderator.replay.rows import Row
from moderator.replay.run import BadRows, OnError
from moderator.replay.run import replay as run_replay
from moderator.settings import Settings
from moderator.wiring import build_pipeline

SHOWN = 20
"""Held comments shown on a terminal."""


def replay(
    files: Annotated[
        list[str], typer.Argument(help="Files (.txt, .jsonl, .csv, also .gz or .zst); - is stdin.")
    ],
    config: ConfigOption = None,
    rate: Annotated[
        str | None, typer.Option(help="Pace, e.g. 200/s; default: as fast as possible.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after this many rows.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write verdicts here, one a line.")
    ] = None,
    kind: KindOption = None,
    id_column: IdColumn = "id",
    text_column: TextColumnOption = "text",
    column: OtherColumns = None,
    encoding: Encoding = "utf-8",
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad row.")] = False,
    to_topic: Annotated[
        bool, typer.Option("--to-topic", help="Publish to the topic instead of judging here.")
    ] = False,
    fail_on: FailOn = None,
) -> None:
    """Judge files with the same pipeline as the worker.

    On a terminal: progress, held comments, a report. In a pipe: one verdict a line, and the report
    on standard error.

    [bold]Examples[/bold]

      moderator replay seeds/*.txt

      moderator replay comments.csv --text-column body --output verdicts.jsonl

      moderator replay dump.jsonl.gz --limit 10000 | jq .action

      moderator replay comments.jsonl --to-topic --rate 200/s
    """
    with exit_codes():
        settings = Settings.load(config)
        max_bytes = settings.stream.max_text_bytes
        columns = columns_of(id_column, text_column, column, encoding, max_bytes)
        bad_rows = BadRows(report_bad_row)
        on_error: OnError = _stop if strict else bad_rows
        pace = parse_rate(rate) if rate else None
        held: list[Shown] = []
        with ExitStack() as stack:
            advance = stack.enter_context(reading(files, "replaying"))
            rows: Iterator[Row] = islice(open_rows(files, kind, columns, advance), limit)
            if to_topic:
                if output:
                    raise SettingsError("--output: there are no verdicts with --to-topic")
                report = _publish(settings, rows, pace, on_error)
                title = f"published to {settings.topics.comments}"
            else:
                sink = _Sink(stack.enter_context(_opened(output, files)) if output else None)
                report = _interruptible(
                    _judge(settings, rows, pace, _stop if strict else bad_rows, sink)
                )
                held, title = sink.held, "replay"
        if bad_rows.unreported:
            notice(f"and {counted(bad_rows.unreported, 'more bad row')}", "yellow")
        if is_terminal():
            if held:
                out().print(shown_table(held, f"held (at most {SHOWN} shown)", with_ids=True))
            out().print(report_table(report, title))
        else:
            err().print(json.dumps(report.as_dict()), soft_wrap=True, highlight=False)
        if not (report.verdicts or report.published):
            raise RowError(
                f"nothing was judged (bad rows: {report.bad_rows:,}); name the format with "
                "--format, the columns with --id-column and --text-column"
            )
    end_if_held(fail_on, +report.actions)


def _interruptible(work: Coroutine[Any, Any, Report]) -> Report:
    """The result; on Ctrl-C the process ends at once, even if the model is at work."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        sys.stdout.flush()
        os._exit(130)  # a scorer's thread would otherwise be waited for


def _opened(output: Path, files: Sequence[str]) -> IO[bytes]:
    for name in files:
        if output.exists() and Path(name).is_file() and output.samefile(name):
            raise SettingsError(f"--output: {output} is a file to judge: name another")
    try:
        return output.open("wb")
    except OSError as error:
        raise SettingsError(f"--output: {output}: cannot be written ({error.strerror})") from None


class _Sink:
    """Where verdicts go: a file, standard output as JSON lines, or a few to be shown."""

    def __init__(self, file: IO[bytes] | None) -> None:
        self._file = file
        self._terminal = is_terminal()
        self.held: list[Shown] = []

    def __call__(self, comments: Sequence[Comment], verdicts: Sequence[Verdict]) -> None:
        if self._file is not None:
            self._file.writelines(to_json(verdict) + b"\n" for verdict in verdicts)
        elif not self._terminal:
            stdout = typer.get_binary_stream("stdout")
            stdout.writelines(to_json(verdict) + b"\n" for verdict in verdicts)
            stdout.flush()
        if self._terminal:
            self._keep(comments, verdicts)

    def _keep(self, comments: Sequence[Comment], verdicts: Sequence[Verdict]) -> None:
        for comment, verdict in zip(comments, verdicts, strict=True):
            if len(self.held) >= SHOWN:
                return
            if verdict.action is not Action.ALLOW:
                self.held.append(Shown(comment.text, verdict, verdict.latency_ms))


async def _judge(
    settings: Settings, rows: Iterator[Row], rate: float | None, on_error: OnError, sink: _Sink
) -> Report:
    metrics = Metrics(communities=settings.metrics.communities)
    pipeline = build_pipeline(settings, metrics, policies=known_policies(settings)[-1])
    try:
        return await run_replay(
            rows,
            pipeline,
            batch_size=settings.stream.batch_size,
            rate=rate,
            on_error=on_error,
            on_verdicts=sink,
        )
    finally:
        await pipeline.close()


def _publish(
    settings: Settings, rows: Iterator[Row], rate: float | None, on_error: OnError
) -> Report:
    from moderator.replay.publish import publish

    return asyncio.run(publish(settings, rows, rate=rate, on_error=on_error))


def _stop(error: RowError) -> None:
    raise error
