"""`moderator doctor`: checks everything that a worker needs."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from moderator.checks import Check, Status
from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out, printable
from moderator.messages.commands import copyable
from moderator.settings import Settings

_CHECK_WIDTH = 24
_STYLES = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "bold red"}


def doctor(
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines on a terminal too.")] = False,
) -> None:
    """Check broker, topics, rights, Redis, models, policy, clock and limits.

    One line each: ok, warn or fail, and what to do. Exit code 0 if nothing failed, 1 if
    something did, 2 if the settings cannot be read.

    [bold]Examples[/bold]

      moderator doctor --config moderator.toml

      moderator doctor | jq 'select(.status != "ok")'
    """
    from moderator.doctor import examine

    failed = False
    with exit_codes():
        for check in map(_copyable, examine(Settings.load(config))):
            failed |= check.status is Status.FAIL
            if as_json or not is_terminal():
                typer.echo(msgspec.json.encode(check))
                continue
            out().print(_row(check))
    if failed:
        raise typer.Exit(1)


def _copyable(check: Check) -> Check:
    return msgspec.structs.replace(
        check, detail=copyable(check.detail), remedy=copyable(check.remedy)
    )


def _row(check: Check) -> Table:
    """Status, check, and what was found, with its remedy below: lines are broken between words."""
    row = Table.grid(padding=(0, 1, 0, 0))
    row.add_column(width=4)
    row.add_column(width=_CHECK_WIDTH, overflow="fold")
    row.add_column(overflow="fold")
    detail = Text(printable(check.detail))
    if check.remedy:
        detail.append(f"\n→ {printable(check.remedy)}", "italic")
    status = Text(check.status, _STYLES[check.status])
    row.add_row(status, Text(printable(check.check), "bold"), detail)
    return row
