"""Runs the command line as a user does, in this process."""

from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from moderator.cli.main import app

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    runner = CliRunner()

    def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
        return runner.invoke(app, list(arguments), input=stdin)

    return call
