"""Workers as processes of their own, to be killed, paused and asked for their metrics."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from moderator.http.ports import free_port

_READY_S = 90.0
_SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? ([^ ]+)$", re.MULTILINE)
ROOT = Path(__file__).parents[2]


class WorkerProcess:
    """`moderator worker` with settings given as variables, e.g. `STREAM__BATCH_SIZE`.

    `command` may be another one. With `stub` (its options) the worker is the one of
    `tests.integration.stub_worker`, or that of another command.
    """

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str],
        *,
        options: tuple[str, ...] = (),
        stub: tuple[str, ...] | None = None,
        log: Path | None = None,
        command: str = "worker",
    ) -> None:
        self.port = free_port()
        self._log = log or folder / f"worker-{self.port}.log"
        program = (
            ("-m", "moderator", command, "--stop-with-stdin", *options)
            if stub is None
            else ("-m", f"tests.integration.stub_{command}", *stub)
        )
        given = {"HTTP__PORT": str(self.port), **variables}
        with self._log.open("ab") as output:  # a port may have been an earlier worker's
            self._process = subprocess.Popen(
                [sys.executable, *program],
                env={**os.environ, **{f"MODERATOR_{key}": value for key, value in given.items()}},
                stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=ROOT,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code, or None while it runs."""
        return self._process.poll()

    @property
    def log(self) -> str:
        """What it has logged."""
        return self._log.read_text()

    def ready(self, timeout_s: float = _READY_S) -> Self:
        """Wait until /readyz says so."""
        deadline = time.monotonic() + timeout_s
        while self.page("readyz") != "ready\n":
            if self.code is not None or time.monotonic() > deadline:
                raise RuntimeError(f"worker not ready (exit code {self.code}):\n{self.log}")
            time.sleep(0.05)
        return self

    def page(self, name: str) -> str:
        """A page of its HTTP port, whatever its status; empty if it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{name}", timeout=5) as reply:
                return str(reply.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return error.read().decode()
        except OSError:
            return ""

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that bear these labels."""
        wanted = {f'{key}="{value}"' for key, value in labels.items()}
        found = _SAMPLE.findall(self.page("metrics"))
        return sum(
            float(value)
            for sample, given, value in found
            if sample == name and wanted <= set(given.split(","))
        )

    def terminate(self, timeout_s: float = 60.0) -> int:
        """SIGTERM; the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout_s)

    def wait(self, timeout_s: float) -> int:
        """The exit code, once it ends by itself."""
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self.code is None:
            self._process.kill()
        self._process.wait(30)

    def pause(self) -> None:
        """SIGSTOP."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)
