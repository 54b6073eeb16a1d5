"""The entry point, before any command."""

from __future__ import annotations

import io
import json
import sys

import pytest
from typer.testing import CliRunner

from moderator.cli import main


def test_a_terminal_without_utf8_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    monkeypatch.setattr(main, "app", lambda: print("a \u2026 b", flush=True))
    main.main()
    assert written.getvalue() == b"a \\u2026 b\n"


@pytest.mark.parametrize(
    "arguments",
    [["score", "bad \udcff", "--community", "\udcfe"], ["explain", "bad \udcff", "--text"],
     ["score", "\udcff"]],
)  # fmt: skip
def test_what_is_not_utf8_on_the_command_line_is_replaced(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["lexicon"]')
    result = CliRunner().invoke(main.app, arguments)
    assert result.exit_code == 0, result.output
    assert "\udcfe" not in json.loads(result.stdout).get("community", "")
