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
