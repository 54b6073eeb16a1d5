"""`moderator top` in a pipe and on a real terminal of 80 by 24."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest

from moderator.cli.operate import top
from moderator.http.ports import free_port
from tests.fake_worker import FakeWorker, serving
from tests.unit.cli.conftest import Run

MAIN = [sys.executable, "-m", "moderator", "top"]


def test_a_json_line_for_each_look_in_a_pipe() -> None:
    worker = FakeWorker()
    worker.work(100)
    with serving(worker) as address:
        run = subprocess.run(
            [*MAIN, f"http://{address}/metrics", "--count", "2", "--interval", "0.2"],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [line["workers"] for line in lines] == [1, 1]
    assert set(lines[0]["partitions"]) == {"0", "1", "2", "3"}


def test_fits_a_small_terminal_sorts_and_quits() -> None:
    worker = FakeWorker()
    worker.work(100)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with serving(worker) as address:
        process = subprocess.Popen(
            [*MAIN, address, "--interval", "0.5"],
            stdin=slave, stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm"},
        )  # fmt: skip
        os.close(slave)
        shown = ""
        pressed = ""
        while "sort by value" not in shown or not pressed:
            if "sort by name" in shown and not pressed:
                worker.work(100)
                os.write(master, b"s")
                pressed = "s"
            shown += os.read(master, 65_536).decode("utf-8", "replace")
        os.write(master, b"q")
        assert process.wait(timeout=30) == 0
    os.close(master)
    first = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.split("sort by name")[0])
    lines = first.replace("\r", "").split("\n")
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert all(word in first for word in ("comments/s", "lag", "p99", "allow", "cache", "oldest"))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("worker-1", "worker-1:6066"),
        ("worker-1:80", "worker-1:80"),
        ("http://worker-1:80/metrics", "worker-1:80"),
        ("[::1]", "[::1]:6066"),
    ],
)
def test_an_address_may_lack_its_port(given: str, asked: str) -> None:
    assert top._address(given) == asked


@pytest.mark.parametrize(
    "given",
    ["worker:port", "worker:99999", "", "http://", "a b", "a\x7f", "https://worker", "[::1"],
)
def test_a_bad_address_is_reported(run: Run, given: str) -> None:
    result = run("top", given, "--count", "1")
    assert result.exit_code == 2
    assert f"{given!r} is not HOST or HOST:PORT" in result.stderr


def test_an_address_that_does_not_answer_ends_with_1(run: Run) -> None:
    result = run("top", f"127.0.0.1:{free_port()}", "--count", "1", "--interval", "0.2")
    assert result.exit_code == 1
    assert "no worker answered" in result.stderr


def test_a_screen_on_which_nobody_ever_answered_ends_with_an_error() -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*MAIN, f"127.0.0.1:{free_port()}", "--count", "1", "--interval", "0.2"],
        stdin=slave, stdout=slave, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(slave)
    _, said = process.communicate(timeout=60)
    os.close(master)
    assert process.returncode == 1
    assert "no worker answered" in said
