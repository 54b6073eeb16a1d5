"""Tables of TOML as typed values; an error names the key, though it lies in a table of any keys."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, TypeVar

import msgspec

from moderator.errors import PolicyError
from moderator.messages.words import suggestion

T = TypeVar("T")

_MESSAGE = re.compile(r"(.*?)(?: - at `\$(.*)`)?")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")


def convert(data: Any, kind: type[T], where: str, keys: tuple[str, ...] = ()) -> T:
    """`data` as `kind`. Raises PolicyError that says where; `keys` are those it may have, to
    suggest one for a misspelt key."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message = _MESSAGE.fullmatch(str(error))
        reason, path = (message[1], message[2] or "") if message else (str(error), "")
        if unknown := _UNKNOWN.fullmatch(reason):
            hint = f" ({suggestion(unknown[1], keys)})" if keys else ""
            reason = f"unknown key `{unknown[1]}`{hint}"
        raise PolicyError(f"{where}{_dotted(data, kind, path)}: {reason}") from None
    except RecursionError:
        raise PolicyError(f"{where}: nested too deeply") from None


def _dotted(data: Any, kind: Any, path: str) -> str:
    """The path of an error; msgspec names no key of a table whose keys are free."""
    steps = ""
    copy = node = deepcopy(data)
    for name, number in _STEP.findall(path):
        if number == "..." and isinstance(node, dict):
            name = _failing(copy, kind, node, path)  # noqa: PLW2901
        if number and number != "...":
            steps += f"[{number}]"
            node = node[int(number)] if isinstance(node, list) else None
        else:
            steps += f".{name}"
            node = node.get(name) if isinstance(node, dict) else None
    return steps


def _failing(whole: Any, kind: Any, table: dict[str, Any], path: str) -> str:
    """Which key of a table in `whole` fails in the same place if the table has no other."""
    entries = dict(table)
    for key, value in entries.items():
        table.clear()
        table[key] = value
        try:
            msgspec.convert(whole, kind)
        except msgspec.ValidationError as error:
            if path in str(error):
                return key
        finally:
            table.clear()
            table.update(entries)
    return "…"
