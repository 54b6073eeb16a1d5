"""`moderator dlq`: counts, shows, puts back and deletes dead letters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, notice, out
from moderator.cli.render.letters import letter_json, letter_panel
from moderator.cli.render.times import iso, parse_time
from moderator.cli.render.verdicts import marked
from moderator.errors import SettingsError
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.dlq.reader import Selection

app = typer.Typer(
    name="dlq", help="The dead letters: records that could not be judged.", no_args_is_help=True
)

StageOption = Annotated[
    list[str] | None, typer.Option("--stage", help="Only this stage; may be given several times.")
]
ReasonOption = Annotated[
    list[str] | None, typer.Option("--reason", help="Only this reason; may be given several times.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Only since: 2h (ago) or 2026-11-22T13:00Z.")
]
UntilOption = Annotated[str | None, typer.Option("--until", help="Only before this time.")]


@app.command()
def ls(
    config: ConfigOption = None,
    stage: StageOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """Count dead letters by stage and reason: total, put back, oldest, newest.

    [bold]Example[/bold]: moderator dlq ls --since 24h
    """
    with exit_codes():
        settings = Settings.load(config)
        selection = _selection(stage, reason, since, until)
        from moderator.dlq.reader import counts, read, watermarks_of
        from moderator.dlq.redrive import progress
        from moderator.kafka.admin import Administration

        watermarks = watermarks_of(Administration(settings.kafka), settings)
        done = progress(settings, watermarks)
        letters = chain.from_iterable(
            read(settings.kafka, settings.topics.dead_letters, watermarks)
        )
        rows: list[dict[str, Any]] = [
            {
                "stage": count.stage,
                "reason": count.reason,
                "letters": count.records,
                "redriven": count.redriven,
                "oldest": iso(count.oldest_ms),
                "newest": iso(count.newest_ms),
            }
            for count in counts(filter(selection.holds, letters), done)
        ]
        _print(rows)


@app.command()
def show(
    config: ConfigOption = None,
    stage: StageOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 20,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Also key, value and the producer's headers.")
    ] = False,
) -> None:
    """Show dead letters one by one: source and reason.

    What users wrote is shown only with --show-text.

    [bold]Example[/bold]: moderator dlq show --reason missing_field --limit 3 --show-text
    """
    with exit_codes():
        settings = Settings.load(config)
        selection = _selection(stage, reason, since, until)
        from moderator.dlq.reader import read, watermarks_of
        from moderator.kafka.admin import Administration

        watermarks = watermarks_of(Administration(settings.kafka), settings)
        letters = chain.from_iterable(
            read(settings.kafka, settings.topics.dead_letters, watermarks)
        )
        for letter in islice(filter(selection.holds, letters), limit):
            if is_terminal():
                out().print(letter_panel(letter, show_text=show_text))
            else:
                typer.echo(msgspec.json.encode(letter_json(letter, show_text=show_text)))


@app.command()
def redrive(
    config: ConfigOption = None,
    stage: StageOption = None,
    reason: ReasonOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    max_attempts: Annotated[
        int, typer.Option(min=1, help="Skip those that were already put back this often.")
    ] = 3,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Put dead letters back on the comments topic: at least once each, and not again later.

    They also stay in the dead-letter topic until its retention or `purge` removes them. A letter
    whose value had to be truncated is never put back.

    [bold]Examples[/bold]

      moderator dlq redrive --reason missing_field --dry-run

      moderator dlq redrive --since 2h
    """
    with exit_codes():
        settings = Settings.load(config)
        selection = _selection(stage, reason, since, until)
        from moderator.dlq.redrive import redrive as put_back

        result = put_back(settings, selection, max_attempts=max_attempts, dry_run=dry_run)
        row = {"dry_run": dry_run, "redriven": result.redriven, "kept": dict(result.kept)}
        if is_terminal():
            verb = "would be put back" if dry_run else "put back"
            kept = ", ".join(f"{n:,} {why.replace('_', ' ')}" for why, n in result.kept.items())
            out().print(f"{result.redriven:,} {verb}; left: {kept or 'none'}")
        else:
            typer.echo(msgspec.json.encode(row))
        if result.forgotten:
            notice(
                f"{result.forgotten:,} of them are too scattered to record: the next "
                "redrive would put them back again",
                "yellow",
            )


@app.command()
def purge(
    config: ConfigOption = None,
    before: Annotated[
        str | None, typer.Option(help="Only those older than: 7d (ago) or 2026-11-22T13:00Z.")
    ] = None,
    redriven: Annotated[
        bool, typer.Option("--redriven", help="Only up to the first one not yet put back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete dead letters permanently.

    [bold]Example[/bold]: moderator dlq purge --redriven --yes
    """
    with exit_codes():
        settings = Settings.load(config)
        from moderator.dlq.reader import first_at, watermarks_of
        from moderator.dlq.reader import purge as delete
        from moderator.dlq.redrive import progress
        from moderator.kafka.admin import Administration

        broker, topic = Administration(settings.kafka), settings.topics.dead_letters
        watermarks = watermarks_of(broker, settings)
        upto = {number: end for number, (_, end) in watermarks.items()}
        time_ms = parse_time(before, "--before")
        if time_ms is not None:
            upto = _least(upto, first_at(broker, topic, watermarks, time_ms))
        if redriven:
            upto = _least(
                upto,
                {n: partition.offset for n, partition in progress(settings, watermarks).items()},
            )
        number = sum(max(0, upto[n] - first) for n, (first, _) in watermarks.items())
        if number and not yes:
            if not is_terminal():
                raise SettingsError("--yes is needed when there is no terminal to confirm on")
            typer.confirm(f"Delete {number:,} dead letters of {topic} permanently?", abort=True)
        if number:
            delete(broker, topic, upto)
        _print([{"topic": topic, "deleted": number}])


def _selection(
    stage: list[str] | None, reason: list[str] | None, since: str | None, until: str | None
) -> Selection:
    from moderator.dlq.reader import Selection

    return Selection(
        frozenset(stage or ()),
        frozenset(reason or ()),
        parse_time(since, "--since"),
        parse_time(until, "--until"),
    )


def _least(some: Mapping[int, int], others: Mapping[int, int]) -> dict[int, int]:
    return {number: min(offset, others[number]) for number, offset in some.items()}


def _print(rows: list[dict[str, Any]]) -> None:
    if not is_terminal():
        for row in rows:
            typer.echo(msgspec.json.encode(row))
        return
    if not rows:
        out().print("no dead letters")
        return
    out().print(_table(rows))


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(name, value) for name, value in row.items()))
    return table


def _cell(name: str, value: Any) -> str | Text:
    if name in ("oldest", "newest"):  # to the minute, so that 80 columns are enough
        return str(value)[:16].replace("T", " ")
    return f"{value:,}" if isinstance(value, int) else marked(value, ())
