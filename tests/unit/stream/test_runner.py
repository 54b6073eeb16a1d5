"""What a worker that fails shows: one line with the remedy, and tracebacks only on demand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from moderator.settings import Settings
from moderator.stream import runner

FAILING = """
import asyncio, logging, os, sys
from moderator.errors import BrokerError
from moderator.processes.logs import configure_logging
from moderator.stream.runner import work

class Failing:
    def __init__(self, error):
        self.error = error

    async def run(self, stop):
        for name in ("faust", "mode", "moderator.consumer.comments"):
            logging.getLogger(name).error("Crashed reason=%s", name, exc_info=KeyError("inner"))
        raise self.error

for name, error in ("ours", BrokerError("start it")), ("bug", ValueError("secret")):
    for debug in False, True:
        if not (child := os.fork()):
            os.dup2(os.open(f"{name}-{debug}", os.O_WRONLY | os.O_CREAT), 2)
            configure_logging(debug=debug)
            asyncio.run(work(Failing(error), asyncio.Event()))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_failure_is_one_line_and_with_debug_it_has_tracebacks(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILING],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["5", "5", "6", "6"]
    for name, said in (("ours", "start it"), ("bug", "a bug: ValueError at ")):
        (line,) = (tmp_path / f"{name}-False").read_text().splitlines()
        assert said in line
        assert "secret" not in line
        long = (tmp_path / f"{name}-True").read_text()
        assert said in long
        assert "the worker failed\nTraceback (most recent call last)" in long
        assert long.count("KeyError: 'inner'") == 3


@pytest.mark.parametrize("debug", [True, False])
def test_every_process_shows_them(debug: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, ...]] = []

    class Noting:
        def __init__(self, *parts: Any) -> None:
            given.append(parts[3])

        async def run(self, _stop: Any) -> None:
            pass

    monkeypatch.setattr(runner, "Supervisor", Noting)
    monkeypatch.setattr(runner, "configure_logging", lambda **_: None)
    runner.supervise(Settings.load(None, {}), 2, ("--config", "x"), {}, debug=debug)
    assert given == [("--config", "x", "--debug") if debug else ("--config", "x")]
