"""Errors reach people as they were written."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator

import pytest
import typer
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from moderator.cli.options import err, exit_codes, out
from moderator.errors import ExtraMissingError, SettingsError


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ExtraMissingError("This", "detoxify"), "pip install 'moderator[detoxify]'"),
        (SettingsError("a[red]b[/green] :smile:"), "error: a[red]b[/green] :smile:"),
    ],
)
def test_brackets_and_colons_are_not_markup(
    error: Exception, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit), exit_codes():
        raise error
    assert message in capsys.readouterr().err


def test_an_error_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), exit_codes():
        raise SettingsError("file \x1b[2J\x9b31m.txt: unknown")
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert ".txt: unknown" in shown


def test_no_text_can_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal())
    hostile = "a\x1b[2J\x9b31m\x07b\r"
    table = Table("head")
    table.add_row(hostile)
    console = out()
    with console.capture() as shown:
        console.print(hostile, Panel(Text(hostile, "red")), table, Text("first\nsecond"))
    without_colours = re.sub("\x1b\\[[0-9;]*m", "", shown.get())
    assert without_colours != shown.get()
    assert "a\ufffd[2J\ufffd31m" in without_colours
    assert "first\nsecond" in without_colours
    assert all(c == "\n" or c.isprintable() for c in without_colours)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def new_console() -> Iterator[None]:
    """It looks at the terminal's size when it is made."""
    err.cache_clear()
    yield
    err.cache_clear()


@pytest.mark.usefixtures("new_console")
def test_a_terminal_shows_an_error_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    message = "the broker refuses to create comments: see `moderator doctor`"
    with pytest.raises(typer.Exit), exit_codes():
        raise SettingsError(message)
    lines = terminal.getvalue().splitlines()
    assert len(lines) > 2
    assert " ".join(lines).split() == f"error: {message}".split()


def test_elsewhere_an_error_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), exit_codes():
        raise SettingsError("word " * 60)
    assert capsys.readouterr().err.count("\n") == 1


def test_progress_and_errors_share_a_console() -> None:
    assert err() is err()
