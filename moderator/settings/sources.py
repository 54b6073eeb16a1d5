"""Where settings come from: a TOML file, overridden by MODERATOR_* variables.

`MODERATOR_KAFKA__BOOTSTRAP_SERVERS=…` sets `bootstrap_servers` in the table `[kafka]`: two
underscores separate table and key. Unknown keys and variables are refused.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from moderator.errors import SettingsError
from moderator.messages.words import suggestion

PREFIX = "MODERATOR_"
CONFIG_VARIABLE = "MODERATOR_CONFIG"
"""Names the settings file, as `--config` does."""


def read_file(path: Path) -> dict[str, Any]:
    """The tables of a settings file, as it is written."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}): name the file with --config"
        ) from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    return table


def anchored(table: Mapping[str, Any], model: type[BaseModel], folder: Path) -> dict[str, Any]:
    """The tables with every relative path in a setting that holds paths resolved against `folder`:
    a settings file means the same from wherever a command is run."""
    result = dict(table)
    for key, value in table.items():
        field = model.model_fields.get(key)
        kind = field.annotation if field else None
        if isinstance(kind, type) and issubclass(kind, BaseModel) and isinstance(value, Mapping):
            result[key] = anchored(value, kind, folder)
        elif kind is Path or Path in get_args(kind):
            if isinstance(value, str):
                result[key] = str(folder / value)
            elif isinstance(value, list):
                result[key] = [str(folder / v) if isinstance(v, str) else v for v in value]
    return result


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Nested tables as one; later layers override earlier ones key by key."""
    result: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            below = result.get(key)
            both = isinstance(value, Mapping) and isinstance(below, Mapping)
            result[key] = merged(below, value) if both else value  # type: ignore[arg-type]
    return result


def dotted(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as one: `{"http": {"port": 1}}` becomes `{"http.port": 1}`."""
    result: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            result |= dotted(value, f"{prefix}{key}.")
        else:
            result[f"{prefix}{key}"] = value
    return result


def refuse_unknown_variables(model: type[BaseModel], environment: Mapping[str, str]) -> None:
    """Raises SettingsError naming the first MODERATOR_* variable that sets nothing."""
    for name in environment:
        if not name.upper().startswith(PREFIX) or name == CONFIG_VARIABLE:
            continue
        table, _, key = name[len(PREFIX) :].lower().partition("__")
        field = model.model_fields.get(table)
        section = field.annotation if field else None
        if section is None or (
            key
            and isinstance(section, type)
            and issubclass(section, BaseModel)
            and section.model_config.get("extra") != "allow"
            and key.partition("__")[0] not in section.model_fields
        ):
            near = get_close_matches(name[len(PREFIX) :].upper(), _variables(model), 1)
            hint = f"did you mean {PREFIX}{near[0]}?" if near else "see `moderator settings`"
            raise SettingsError(f"environment: unknown setting {name}; {hint}")


def explain_variables(environment: Mapping[str, str]) -> str:
    """The message for a variable whose value should be JSON and is not."""
    suspects = [
        name
        for name, value in environment.items()
        if name.upper().startswith(PREFIX) and name != CONFIG_VARIABLE and not _is_json(value)
    ]
    return (
        "environment: lists and tables are written as JSON, such as "
        f"""{PREFIX}SCORERS__USE='["lexicon"]'; check {", ".join(sorted(suspects))}"""
    )


def explain(error: ValidationError, path: Path | None, model: type[BaseModel]) -> str:
    """The message for one refused setting of `model`, an unknown one before a missing one that it
    may be meant for; its value is never repeated."""
    refused = error.errors(include_url=False, include_input=False)
    first = min(refused, key=lambda fault: fault["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    variable = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
    reason = first["msg"]
    if first["type"] == "extra_forbidden":
        *table, name = first["loc"]
        reason = f"unknown setting ({suggestion(str(name), _keys(model, table))})"
    return f"{path or 'settings'} or {variable}: `{key}`: {reason}"


def _keys(kind: Any, path: Iterable[int | str]) -> list[str]:
    """The keys of the table at this path below a type of table."""
    from moderator.scorers.registry import find_loader  # imports these settings

    for step in path:
        fields = getattr(kind, "model_fields", {})
        if step in fields:
            kind = fields[step].annotation
        elif values := get_args(kind):
            kind = values[-1]
        else:  # the table of a scorer from another package
            kind = find_loader(str(step)).settings
    return list(kind.model_fields)


def _variables(model: type[BaseModel]) -> list[str]:
    """Every variable that sets a key of `model` or of one of its tables, without its prefix."""
    return [
        "__".join((name, *key)).upper()
        for name, field in model.model_fields.items()
        for key in [[key] for key in getattr(field.annotation, "model_fields", ())] or [[]]
    ]


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
