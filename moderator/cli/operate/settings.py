"""`moderator settings`: the settings in force."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr

from moderator.cli.options import ConfigOption, exit_codes
from moderator.settings import Settings
from moderator.settings.sources import dotted

_PASSWORD = re.compile(r"(?<=:)[^:@/]*(?=@)")


def show(
    config: ConfigOption = None,
    show_origin: Annotated[
        bool, typer.Option("--show-origin", help="One line a setting, with where it comes from.")
    ] = False,
) -> None:
    """Print the settings in force as JSON; passwords are masked.

    [bold]Examples[/bold]

      MODERATOR_STREAM__BATCH_SIZE=64 moderator settings -c moderator.toml

      moderator settings -c moderator.toml --show-origin
    """
    with exit_codes():
        values = {key: _shown(value) for key, value in _dumped(Settings.load(config)).items()}
        if not show_origin:
            typer.echo(json.dumps(values, indent=2))
            return
        origins = Settings.origins(config)
        flat = dotted(values)
        defaults = dotted({k: _shown(v) for k, v in _dumped(Settings.model_validate({})).items()})
        width = max(map(len, flat))
        for key, value in flat.items():
            origin = next((o for k, o in origins.items() if _covers(k, key)), "default")
            if origin != "default" and defaults.get(key) == value:
                origin += ", as the default"
            typer.echo(f"{key:<{width}}  {json.dumps(value)}  ({origin})")


def _dumped(settings: Settings) -> dict[str, Any]:
    dumped: dict[str, Any] = settings.model_dump()
    return dumped


def _covers(given: str, key: str) -> bool:
    return key == given or key.startswith(f"{given}.") or given.startswith(f"{key}.")


def _shown(value: Any) -> Any:
    """A JSON value; secrets are masked, and in a secret address only the password."""
    match value:
        case SecretStr():
            secret = value.get_secret_value()
            return _PASSWORD.sub("***", secret) if "://" in secret else "***" if secret else ""
        case dict():
            return {key: _shown(inner) for key, inner in value.items()}
        case tuple() | list():
            return [_shown(inner) for inner in value]
        case Path():
            return str(value)
        case _:
            return value
