"""`moderator topics`: creates and shows the topics."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, notice, out
from moderator.cli.render.tables import columns as plain
from moderator.errors import SettingsError
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.kafka.topics import CreateResult, TopicState

app = typer.Typer(name="topics", help="The topics on the broker.", no_args_is_help=True)

OUTCOME_COLUMNS = ("topic", "state", "differences, and the command that ends each")
_RETENTION = "Retention"  # in tables of their own: 80 columns would cut the longest names
_STYLES = {"created": "green", "missing": "yellow", "differs": "yellow"}


@app.command()
def create(
    config: ConfigOption = None,
    partitions: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Default: topics.partitions.")
    ] = None,
    replication: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Default: topics.replication, or the broker's."),
    ] = None,
    retention_hours: Annotated[
        float | None,
        typer.Option(
            metavar="HOURS",
            help="Of comments and verdicts; topics.retention_hours.",
            rich_help_panel=_RETENTION,
        ),
    ] = None,
    dead_letter_retention_hours: Annotated[
        float | None,
        typer.Option(
            metavar="HOURS",
            help="Of dead letters; default in the settings.",
            rich_help_panel=_RETENTION,
        ),
    ] = None,
    compact_verdicts: Annotated[
        bool | None,
        typer.Option(
            "--compact-verdicts/--no-compact-verdicts",
            help="Keep only the last verdict of each id.",
            rich_help_panel="Compaction",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report.")] = False,
) -> None:
    """Create missing topics; report how existing ones differ from the settings, and what fixes it.

    Existing topics are never changed, so it is safe to run at every deployment.

    [bold]Examples[/bold]

      moderator topics create --partitions 24 --replication 3

      moderator topics create --dry-run | jq .differences
    """
    from moderator.kafka import topics

    given = {
        "partitions": partitions,
        "replication": replication,
        "retention_hours": retention_hours,
        "dead_letter_retention_hours": dead_letter_retention_hours,
        "compact_verdicts": compact_verdicts,
    }
    with exit_codes():
        chosen = {key: value for key, value in given.items() if value is not None}
        settings = Settings.load(config, {"topics": chosen})
        _print(
            topics.create(settings, dry_run=dry_run),
            _outcome_row,
            OUTCOME_COLUMNS,
        )
        if other := _unlike(chosen, Settings.load(config)):
            notice(f"also set {other}: `moderator doctor` and workers use the settings")


@app.command()
def ls(config: ConfigOption = None) -> None:
    """Show the topics: partitions, replication, records kept, comments waiting, retention.

    [bold]Example[/bold]: moderator topics ls | jq 'select(.role == "comments").waiting'
    """
    from moderator.kafka import topics

    columns = ("topic", "partitions", "replication", "records", "waiting", "cleanup", "retention")
    with exit_codes():
        _print(topics.ls(Settings.load(config)), _state_row, columns)


@app.command()
def skip(
    topic: Annotated[str, typer.Argument(help="The comments' topic.")],
    partition: Annotated[int, typer.Argument(min=0)],
    offset: Annotated[int, typer.Argument(min=0, help="Of the record to skip.")],
    config: ConfigOption = None,
    with_earlier: Annotated[
        bool,
        typer.Option("--with-earlier", help="Also skip all before it that are not judged yet."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Skip a record that stops the workers. It becomes a dead letter, so nothing is lost.

    Stop the workers first: the broker lets nobody else move a group that has members.

    [bold]Example[/bold]: moderator topics skip comments 3 1042 --yes
    """
    from moderator.dlq.skip import skip as skip_records

    with exit_codes():
        settings = Settings.load(config)
        if not yes:
            if not is_terminal():
                raise SettingsError("--yes is needed if nobody can be asked")
            typer.confirm(f"Skip offset {offset} of {topic}/{partition}?", abort=True)
        number = skip_records(settings, topic, partition, offset, with_earlier=with_earlier)
        row = {"topic": topic, "partition": partition, "next": offset + 1, "dead_letters": number}
        typer.echo(msgspec.json.encode(row))


def _unlike(chosen: Mapping[str, object], settings: Settings) -> str:
    """The options that the settings contradict, as keys of the settings."""
    return ", ".join(
        f"topics.{key} = {json.dumps(value)}"
        for key, value in chosen.items()
        if getattr(settings.topics, key) != value
    )


def _print(rows: Sequence[Any], cells: Any, columns: Sequence[str]) -> None:
    if not is_terminal():
        for row in rows:
            typer.echo(msgspec.json.encode(asdict(row)).decode())
        return
    out().print(_table(rows, cells, columns))


def _table(rows: Sequence[Any], cells: Any, columns: Sequence[str]) -> Table:
    table = plain(*columns)
    for row in rows:
        table.add_row(*cells(row))
    return table


def _outcome_row(outcome: CreateResult) -> list[str | Text]:
    state = Text(outcome.state, _STYLES.get(outcome.state, "default"))
    return [outcome.topic, state, "\n".join((*outcome.differences, *outcome.fixes))]


def _state_row(topic: TopicState) -> list[str | Text]:
    if not topic.partitions:
        return [topic.topic, Text("missing", "red")]
    return [
        topic.topic,
        str(topic.partitions),
        str(topic.replication),
        f"{topic.records:,}",
        "" if topic.waiting is None else f"{topic.waiting:,}",
        topic.cleanup or "",
        "" if topic.retention_hours is None else f"{topic.retention_hours:g} h",
    ]
