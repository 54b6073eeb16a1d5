"""Several workers or servers as child processes: one metrics port, restarts, one way to end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from moderator.errors import DeadLettersError, GivenUpError, ModelError, SettingsError
from moderator.http.ports import free_port
from moderator.http.readiness import is_ready
from moderator.http.server import HealthServer
from moderator.metrics.exposition import exposition_of_processes, has_room, process_ended
from moderator.settings import PREFIX, Settings

_log = logging.getLogger(__name__)

_BACKOFF_S = (1.0, 30.0)
_STABLE_S = 60.0
"""A worker that lived this long is restarted after the shortest pause when it ends."""

_POLL_EVERY_S = 0.5
_EXTRA_DRAIN_S = 10.0
_FINAL = {error.exit_code for error in (SettingsError, ModelError, DeadLettersError)}
"""Exit codes after which a restart would change nothing, or do harm."""


@dataclass
class _Child:
    name: str
    port: int
    process: asyncio.subprocess.Process
    ready: bool = False


class Supervisor:
    """Keeps `count` processes of a command (`worker`, `serve`) running until `stop` is set.

    `arguments` and `variables` are their command line and environment; `pass_fds` are open files
    that they inherit.
    """

    def __init__(
        self,
        command: str,
        settings: Settings,
        count: int,
        arguments: tuple[str, ...],
        variables: Mapping[str, str],
        pass_fds: tuple[int, ...] = (),
    ) -> None:
        self._command = command
        self._settings = settings
        self._count = count
        self._arguments = arguments
        self._variables = variables
        self._pass_fds = pass_fds
        self._children: dict[str, _Child] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Supervise until `stop`, then drain all. Raises ModeratorError if one gives up."""
        with tempfile.TemporaryDirectory(prefix="moderator-metrics-") as folder:
            exposition = partial(exposition_of_processes, Path(folder), self._pids)
            health = HealthServer(self._settings.http, exposition, self.unready)
            await health.start()
            _log.info("%d processes, metrics on http://%s", self._count, health.address)
            asyncio.get_running_loop().add_signal_handler(
                signal.SIGHUP, self._pass_on, signal.SIGHUP
            )
            stopped = asyncio.create_task(stop.wait())
            watches = [
                asyncio.create_task(self._keep(f"{self._command}-{number}", Path(folder)))
                for number in range(self._count)
            ]
            polling = asyncio.create_task(self._poll_readiness())
            try:
                await asyncio.wait(
                    (stopped, polling, *watches), return_when=asyncio.FIRST_COMPLETED
                )
                for watch in watches:
                    watch.cancel()
                codes = await self._end_all()
                for watch in watches:
                    if watch.done() and not watch.cancelled():
                        watch.result()
            finally:
                stopped.cancel()
                polling.cancel()
                await health.stop()
        for name, code in codes.items():
            if code:
                raise GivenUpError(name, code)

    def _instance_id(self, name: str) -> str:
        """Each member of the group has an id of its own, the same after a restart."""
        given = self._settings.stream.instance_id
        return f"{given}-{name}" if given else ""

    def unready(self) -> str | None:
        """How many processes are not ready, or None."""
        waiting = self._count - sum(child.ready for child in self._children.values())
        return f"{waiting} of {self._count} processes are not ready" if waiting else None

    def _pass_on(self, number: int) -> None:
        """Send a signal to every process that runs."""
        for child in self._children.values():
            if child.process.returncode is None:
                child.process.send_signal(number)

    def _pids(self) -> dict[str, int]:
        return {name: child.process.pid for name, child in self._children.items()}

    async def _keep(self, name: str, folder: Path) -> None:
        pause_s = _BACKOFF_S[0]
        while True:
            started = monotonic()
            child = self._children[name] = await self._start(name, folder)
            code = await child.process.wait()
            child.ready = False
            how = _explained(code, folder)
            process_ended(folder, child.process.pid)
            if code in _FINAL:
                raise GivenUpError(name, code)
            if monotonic() - started > _STABLE_S:
                pause_s = _BACKOFF_S[0]
            _log.error("%s ended with %s, starts again in %g s", name, how, pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _BACKOFF_S[1])

    async def _start(self, name: str, folder: Path) -> _Child:
        port = free_port()
        variables = {
            **os.environ,
            **self._variables,
            f"{PREFIX}HTTP__HOST": "127.0.0.1",
            f"{PREFIX}HTTP__PORT": str(port),
            f"{PREFIX}SCORERS__THREADS": str(self._settings.scorers.threads_each(self._count)),
            f"{PREFIX}STREAM__INSTANCE_ID": self._instance_id(name),
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "moderator", self._command, "--stop-with-stdin",
            *self._arguments,
            env=variables, stdin=asyncio.subprocess.PIPE, pass_fds=self._pass_fds,
        )  # fmt: skip
        return _Child(name, port, process)

    async def _poll_readiness(self) -> None:
        while True:
            children = list(self._children.values())
            ready = await asyncio.gather(*(to_thread(is_ready, child.port) for child in children))
            for child, answer in zip(children, ready, strict=True):
                child.ready = answer and child.process.returncode is None
            await asyncio.sleep(_POLL_EVERY_S)

    async def _end_all(self) -> dict[str, int]:
        """SIGTERM to all, SIGKILL to those that do not drain in time; exit codes by name."""
        living = [c for c in self._children.values() if c.process.returncode is None]
        for child in living:
            child.process.send_signal(signal.SIGTERM)
        waits = [asyncio.create_task(child.process.wait()) for child in living]
        if waits:
            await asyncio.wait(waits, timeout=self._settings.stream.drain_s + _EXTRA_DRAIN_S)
        for child in living:
            if child.process.returncode is None:
                child.process.kill()
        await asyncio.gather(*waits)
        return {child.name: child.process.returncode or 0 for child in living}


def _explained(code: int, folder: Path) -> str:
    """The exit code, and its cause if it is known."""
    if code == -signal.SIGBUS and not has_room(folder):
        return (
            f"exit code {code}: the disk of {folder}, where processes keep their metrics, is full "
            "(free some of it, or name another folder in TMPDIR)"
        )
    return f"exit code {code}"
