"""`moderator worker`: what its options reach."""

from __future__ import annotations

from typing import Any

import pytest

from moderator.stream import runner
from tests.unit.cli.conftest import Run


def test_the_command_passes_the_wish_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wishes: list[bool] = []

    def note(*_: Any, debug: bool, **__: Any) -> None:
        wishes.append(debug)

    monkeypatch.setattr(runner, "serve", note)
    monkeypatch.setattr(runner, "supervise", note)
    for options in ((), ("--debug",), ("--processes", "2"), ("--processes", "2", "--debug")):
        assert run("worker", *options).exit_code == 0
    assert wishes == [False, True, False, True]
