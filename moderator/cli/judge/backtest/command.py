"""`moderator backtest`: what a change of policy, lexicon or model would have done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
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
    exit_codes,
    is_terminal,
    notice,
    out,
    report_bad_row,
)
from moderator.cli.render.times import parse_time
from moderator.errors import ModeratorError, SettingsError
from moderator.messages.words import counted
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.backtest.run import Backtest
    from moderator.backtest.sides import Sides
    from moderator.replay.rows import Columns, Row


def backtest(
    new: Annotated[
        Path, typer.Argument(help="A policy file, or a settings file with other scorers.")
    ],
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Verdicts or comments (.jsonl, .csv, .txt, also .gz or .zst)."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Compare with this policy or settings file, not with what was decided."),
    ] = None,
    config: ConfigOption = None,
    since: Annotated[
        str | None,
        typer.Option(help="Instead of files: the topic's verdicts since 1h, or 2026-11-22T13:00Z."),
    ] = None,
    until: Annotated[str | None, typer.Option(help="And before then; else to its end.")] = None,
    kind: KindOption = None,
    id_column: IdColumn = "id",
    text_column: TextColumnOption = "text",
    column: OtherColumns = None,
    encoding: Encoding = "utf-8",
    sample: Annotated[
        int, typer.Option(min=0, max=1_000, help="Show up to this many of each kind of change.")
    ] = 5,
    seed: Annotated[int, typer.Option(help="Another number, another sample.")] = 0,
    no_text: Annotated[bool, typer.Option("--no-text", help="Show no texts.")] = False,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write every change here, one a row.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write the report here, one page.")
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if an action changed.")
    ] = False,
) -> None:
    """Show what a new policy, lexicon or model would have done, before it is live.

    The side before is what stored verdicts say, or --against; a comment without a verdict is
    judged by the policy in force. Stored scores are used if they hold all that a decision goes
    by. If not, the text is scored again; without a text the comment is not decided, and the
    reasons are counted. What a person decided stays. Shares have 95 % intervals.

    [bold]Examples[/bold]

      moderator backtest stricter.toml --since 1d

      moderator backtest stricter.toml verdicts.jsonl --html report.html

      moderator backtest new.toml --against old.toml comments.csv --csv changes.csv
    """
    with exit_codes():
        # The memory cache: verdicts that applications look up must stay as they are.
        settings = Settings.load(config, {"cache": {"backend": "memory"}})
        from moderator.backtest.findings import findings
        from moderator.backtest.sides import sides_of
        from moderator.cli.render.changes import nothing_compared

        if bool(files) == bool(since or until):
            raise SettingsError("name either files, or a time range of the topic with --since")
        if html_file and not html_file.parent.is_dir():  # known before hours of judging, not after
            raise SettingsError(f"--html: there is no folder {html_file.parent}")
        limit = settings.stream.max_text_bytes
        columns = columns_of(id_column, text_column, column, encoding, limit)
        first_ms, until_ms = parse_time(since, "--since"), parse_time(until, "--until")
        if first_ms is not None and until_ms is not None and until_ms <= first_ms:
            raise SettingsError(f"--until {until} is not after --since {since}")
        sides = sides_of(new, against, settings, known_policies(settings))
        with ExitStack() as stack:
            given = _given(stack, settings, files or (), kind, columns, (first_ms, until_ms))
            ran = _run(stack, settings, sides, given, (sample, seed), csv_file, not no_text)
        if not ran.diff.actions.total():
            raise ModeratorError(nothing_compared(ran.diff))
        before = () if sides.recorded else sides.before.components
        result = findings(ran, before, sides.after.components)
        if no_text:
            result = result.without_texts()
        if html_file:
            from moderator.cli.judge.backtest.page import page

            html_file.write_text(page(result, new.name), "utf-8")
        if is_terminal():
            from moderator.cli.judge.backtest.tables import tables

            out().print(*tables(result, ran.diff), sep="\n")
        else:
            for row in result.rows():
                typer.echo(msgspec.json.encode(row))
    if exit_code and result.totals.changed:
        raise typer.Exit(1)


def _given(
    stack: ExitStack,
    settings: Settings,
    files: Sequence[str],
    kind: str | None,
    columns: Columns,
    span: tuple[int | None, int | None],
) -> Iterator[Row]:
    """The rows of the files, or the verdicts of the topic, with progress on a terminal."""
    from moderator.replay.files import open_rows
    from moderator.replay.readers import read_rows_or_verdicts

    advance = stack.enter_context(reading(files, "judging"))
    if files:
        return open_rows(files, kind, columns, advance, read_rows_or_verdicts)
    return _of_topic(settings, span)


def _of_topic(settings: Settings, span: tuple[int | None, int | None]) -> Iterator[Row]:
    from moderator.errors import RowError
    from moderator.kafka.tap import Span, follow
    from moderator.replay.rows import Row

    since_ms, until_ms = span
    number = 0
    for verdicts in follow(settings, Span(None, since_ms, until_end=True, until_ms=until_ms)):
        for verdict in verdicts:
            number += 1
            error = None if verdict else RowError(f"{settings.topics.verdicts}: not a verdict")
            yield Row(number, None, error, verdict)


def _run(
    stack: ExitStack,
    settings: Settings,
    sides: Sides,
    rows: Iterator[Row],
    sample: tuple[int, int],
    csv_file: Path | None,
    with_text: bool,
) -> Backtest:
    from moderator.backtest.run import Backtest
    from moderator.backtest.sample import Sample
    from moderator.cli.judge.backtest.changes_csv import changes_csv
    from moderator.replay.run import BadRows

    bad_rows = BadRows(report_bad_row)
    on_change = (
        stack.enter_context(changes_csv(csv_file, with_text=with_text)) if csv_file else None
    )
    made = Backtest(sides, Sample(*sample), on_error=bad_rows, on_change=on_change)

    async def run() -> None:
        try:
            await made.run(rows, settings.stream.batch_size)
        finally:
            await made.close()

    asyncio.run(run())
    if bad_rows.unreported:
        notice(f"and {counted(bad_rows.unreported, 'more bad row')}", "yellow")
    return made
