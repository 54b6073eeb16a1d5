"""`moderator doctor`: checks everything that a worker needs."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.text import Text

from moderator.checks import Status
from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out
from moderator.settings import Settings

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
        for found in examine(Settings.load(config)):
            failed |= found.status is Status.FAIL
            if as_json or not is_terminal():
                typer.echo(msgspec.json.encode(found))
                continue
            line = Text.assemble(
                (f"{found.status.value:5}", _STYLES[found.status]),
                (f"{found.check:24} ", "bold"),
                found.detail,
            )
            if found.remedy:
                line.append(f"  → {found.remedy}", "italic")
            out().print(line, soft_wrap=True)
    if failed:
        raise typer.Exit(1)
