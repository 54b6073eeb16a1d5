"""`moderator settings`: the settings in force."""

from __future__ import annotations

import typer

from moderator.cli.options import ConfigOption, exit_codes
from moderator.settings import Settings


def show(config: ConfigOption = None) -> None:
    """Print the settings in force, secrets masked, as JSON.

    [bold]Example[/bold]: MODERATOR_STREAM__BATCH_SIZE=64 moderator settings -c moderator.toml
    """
    with exit_codes():
        typer.echo(Settings.load(config).model_dump_json(indent=2))
