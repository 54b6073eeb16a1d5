"""Errors reach people as they were written."""

from __future__ import annotations

import pytest
import typer

from moderator.cli.options import exit_codes
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
