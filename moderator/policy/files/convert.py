"""Tables of TOML as typed values; an error names the key, and says what may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from moderator.errors import PolicyError
from moderator.messages.words import suggestion

T = TypeVar("T")

_MESSAGE = re.compile(r"(.*?)(?: - at `\$(.*)`)?")
_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_CHOICE = re.compile(r"Invalid enum value (.*)")
_EXPECTED = re.compile(r"Expected `([^`]*)`(?:, got `([^`]*)`| (.*))")
_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
}


def convert(data: Any, kind: type[T], where: str) -> T:
    """`data` as `kind`. Raises PolicyError that says where, and what to write instead."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        message = _MESSAGE.fullmatch(str(error))
        reason, path = (message[1], message[2] or "") if message else (str(error), "")
        key = _dotted(data, kind, path)
        place = where + (key if ": " in where else f": {key[1:]}" if key else "")
        raise PolicyError(f"{place}: {_in_words(reason, kind, path)}") from None
    except RecursionError:
        raise PolicyError(f"{where}: nested too deeply") from None


def _in_words(reason: str, kind: Any, path: str) -> str:
    """What msgspec found at a path, in the words of TOML."""
    places = list(_types_at(inspect.type_info(kind), path))
    if unknown := _UNKNOWN.fullmatch(reason):
        keys = [name for place in places for name in _keys(place)]
        return f"unknown key `{unknown[1]}` ({suggestion(unknown[1], keys)})"
    if missing := _MISSING.fullmatch(reason):
        return f"`{missing[1]}` is missing"
    if choice := _CHOICE.fullmatch(reason):
        known = [str(value) for place in places for value in _choices(place)]
        return f"{choice[1]}: choose one of {', '.join(known)}"
    if expected := _EXPECTED.fullmatch(reason):
        wanted, given, limit = expected.groups()
        if limit:
            return f"must be {limit}"
        words = " or ".join(
            _TYPES.get(name, name) for name in wanted.split(" | ") if name != "null"
        )
        keys = [name for place in places for name in _keys(place)]
        such = f" ({', '.join(keys)})" if keys and given != "object" else ""
        return f"must be {words}{such}, not {_TYPES.get(given, given)}"
    return reason


def _types_at(node: inspect.Type, path: str) -> Iterator[inspect.Type]:
    """The types that may stand at a path; none if it leads through a table of any keys."""
    nodes = list(_options(node))
    for name, number in _STEP.findall(path):
        nodes = [
            option
            for outer in nodes
            for inner in _inside(outer, name, number)
            for option in _options(inner)
        ]
    yield from nodes


def _inside(node: inspect.Type, name: str, number: str) -> Iterator[inspect.Type]:
    if name and isinstance(node, inspect.StructType):
        yield from (field.type for field in node.fields if field.encode_name == name)
    elif number == "..." and isinstance(node, inspect.DictType):
        yield node.value_type
    elif number and isinstance(node, inspect.ListType | inspect.VarTupleType):
        yield node.item_type


def _options(node: inspect.Type) -> tuple[inspect.Type, ...]:
    return node.types if isinstance(node, inspect.UnionType) else (node,)


def _keys(node: inspect.Type) -> list[str]:
    """The keys of a table."""
    fields = node.fields if isinstance(node, inspect.StructType) else ()
    return [field.encode_name for field in fields]


def _choices(node: inspect.Type) -> list[object]:
    if isinstance(node, inspect.EnumType):
        return list(node.cls)
    return list(node.values) if isinstance(node, inspect.LiteralType) else []


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
