"""A worker in a child process, for as long as a context is open: for `demo` and tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from moderator.errors import BrokerError
from moderator.http.ports import free_port
from moderator.http.readiness import is_ready
from moderator.kafka.mock_broker import EmbeddedBroker, overrides, variables
from moderator.settings import PREFIX, Settings

_READY_S = 120.0
_STOP_S = 30.0
_POLL_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class RunningWorker:
    """The addresses of broker and worker, and settings that use them."""

    settings: Settings
    address: str
    metrics_url: str
    api_url: str | None


@contextmanager
def running_worker(
    config: Path | None = None, port: int = 0, *, with_api: bool = False
) -> Iterator[RunningWorker]:
    """An embedded broker in this process and a ready worker in a child process.

    `config` is the settings file of both; the cache is in memory whatever it says. The worker's
    page is on `port`, or a free one if that is 0; `with_api` lets it serve the HTTP API as well, on
    a free port. Leaving the context drains the worker. Raises BrokerError, with the end of its log,
    if it does not become ready, or ends with a failure.
    """
    with EmbeddedBroker() as broker, tempfile.TemporaryFile() as log:
        port = port or free_port()
        environment = {
            **os.environ,
            **variables(broker.address),
            f"{PREFIX}HTTP__HOST": "127.0.0.1",
            f"{PREFIX}HTTP__PORT": str(port),
        }
        api_port = free_port() if with_api else None
        if api_port:
            environment |= {
                f"{PREFIX}SERVE__WITH_WORKER": "true",
                f"{PREFIX}SERVE__HOST": "127.0.0.1",
                f"{PREFIX}SERVE__PORT": str(api_port),
            }
        command = [sys.executable, "-m", "moderator", "worker", "--stop-with-stdin"]
        if config:
            command += ["--config", str(config)]
        child = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,  # closed when this process dies, however it dies
            stdout=log,
            stderr=log,
        )
        try:
            _await_ready(child, port, log)
            settings = Settings.load(config, overrides(broker.address))
            yield RunningWorker(
                settings,
                broker.address,
                f"http://127.0.0.1:{port}/metrics",
                f"http://127.0.0.1:{api_port}" if api_port else None,
            )
        finally:
            if child.stdin is not None:
                child.stdin.close()
            child.send_signal(signal.SIGTERM)
            try:
                code = child.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                code = child.wait()
        if code:
            raise BrokerError(f"the worker ended with exit code {code}:\n{_tail(log)}")


def _await_ready(child: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    deadline = monotonic() + _READY_S
    while not is_ready(port):
        if child.poll() is not None:
            raise BrokerError(f"the worker did not start:\n{_tail(log)}")
        if monotonic() > deadline:
            raise BrokerError(f"the worker is not ready after {_READY_S:g} s:\n{_tail(log)}")
        sleep(_POLL_EVERY_S)


def _tail(log: IO[bytes]) -> str:
    log.seek(0, os.SEEK_END)
    log.seek(max(0, log.tell() - 2_000))
    logged = log.read().decode("utf-8", "replace").strip()
    return logged or "it has logged nothing; is the machine busy with something else?"
