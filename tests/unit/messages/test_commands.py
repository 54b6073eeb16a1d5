"""Messages name commands that exist, as the reader has to type them."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from moderator.cli.main import app
from moderator.cli.options import ConfigOption, notice
from moderator.messages.commands import WITHOUT_SETTINGS, copyable, use_settings_file

PACKAGE = Path(__file__).parents[3] / "moderator"
NAMED = re.compile(r"`moderator ([^`]+)`")


@pytest.fixture
def settings_file() -> Iterator[None]:
    use_settings_file(Path("etc/my settings.toml"))
    yield
    use_settings_file(None)


def commands(group: Any, *names: str) -> Iterator[tuple[str, bool]]:
    """Each command of the command line, and whether it takes a settings file."""
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *names, name)
    if names:
        yield " ".join(names), any("--config" in option.opts for option in group.params)


ALL = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("run `moderator topics create`.", "run `moderator topics create --config F`."),
        ("`moderator doctor`, `moderator dlq ls`", "`moderator doctor --config F`, "
         "`moderator dlq ls --config F`"),
        ("`moderator topics skip a 0 7 --yes`", "`moderator topics skip a 0 7 --yes --config F`"),
        ("`moderator worker -c mine.toml`", "`moderator worker -c mine.toml`"),
        ("`moderator model fetch original`", "`moderator model fetch original`"),
        ("`moderator --help`", "`moderator --help`"),
        ("set `policy`, or `pip install moderator`", "set `policy`, or `pip install moderator`"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("settings_file")
def test_commands_name_the_settings_file_given(message: str, shown: str) -> None:
    assert copyable(message) == shown.replace("F", shlex.quote("etc/my settings.toml"))


def test_without_a_settings_file_a_message_stays_as_it_is() -> None:
    assert copyable("`moderator doctor`") == "`moderator doctor`"


def test_those_without_settings_are_the_command_lines() -> None:
    ends = {name for name, takes in ALL.items() if not takes and not is_group(name)}
    assert ends == set(WITHOUT_SETTINGS)


def test_every_command_in_a_message_exists() -> None:
    named = {
        command
        for file in PACKAGE.rglob("*.py")
        if file.parent.name != "messages"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for command in NAMED.findall(node.value)
    }
    assert len(named) > 30
    known = tuple(f"{name} " for name in ALL)
    assert [command for command in named if not f"{command} ".startswith(known)] == []


def is_group(name: str) -> bool:
    return any(other.startswith(f"{name} ") for other in ALL)


@pytest.mark.parametrize("given", ["option", "variable"])
def test_only_an_option_has_to_be_repeated(
    given: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = typer.Typer()

    @program.command()
    def command(config: ConfigOption = None) -> None:
        notice("see `moderator doctor`")

    if given == "variable":
        monkeypatch.setenv("MODERATOR_CONFIG", "a.toml")
    program(["-c", "a.toml"] if given == "option" else [], standalone_mode=False)
    more = " --config a.toml" if given == "option" else ""
    assert capsys.readouterr().err == f"see `moderator doctor{more}`\n"
    assert copyable("`moderator doctor`") == "`moderator doctor`"  # the command has ended
