"""Every example in a command's help is a command that parses, whole on a line of 80 columns."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from moderator.cli.main import app

_MARGIN = 1
"""What the help leaves on each side of a line."""
_EXAMPLE = re.compile(
    r" *(?:\[bold](?P<head>Example)\[/bold]: )?"
    r"(?P<command>(?:[A-Z_]+=\S+ |echo .* \| )?moderator .*)"
)
_SHELL = {"|", ">"}


def commands(group: Any, *names: str) -> Iterator[tuple[str, Any]]:
    """Every command with its full name."""
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *names, name)
    if names and (group.callback is not None):
        yield " ".join(names), group


PROGRAM = typer.main.get_command(app)
COMMANDS = dict(commands(PROGRAM))
LINES = [
    found
    for command in COMMANDS.values()
    for line in (inspect.getdoc(command.callback) or "").splitlines()
    if (found := _EXAMPLE.fullmatch(line))
]
EXAMPLES = [line["command"] for line in LINES]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 50


def test_an_example_fits_a_line() -> None:
    shown = [": ".join(filter(None, (line["head"], line["command"]))) for line in LINES]
    assert [line for line in shown if len(line) + 2 * _MARGIN > 80] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_parses(example: str) -> None:
    words = shlex.split(example)
    words = words[words.index("moderator") + 1 :]
    end = next((i for i, word in enumerate(words) if word in _SHELL), len(words))
    command, rest = PROGRAM, words[:end]
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest[0]]  # type: ignore[attr-defined]
        rest = rest[1:]
    assert command is not PROGRAM
    command.make_context("moderator", rest)  # raises a UsageError
