"""Runs the HTTP API from start to exit code, in one process or several."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import Sequence

import uvloop

from moderator.api.access.listen import open_socket
from moderator.api.server import ApiServer
from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.processes.logs import configure_logging
from moderator.processes.stopping import stop_event
from moderator.processes.supervisor import Supervisor
from moderator.settings import Settings
from moderator.wiring import build_pipeline

_log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""How long a scoring thread may keep Python to itself: at 5 ms, the default, a request waits that
long for each of its turns."""


def serve(
    settings: Settings, *, insecure: bool, inherited: tuple[int, int] | None, with_stdin: bool
) -> None:
    """Answer requests until SIGTERM or SIGINT, finish what is open, return.

    `inherited` is an open listening socket and the number of processes that share it. Raises
    ModeratorError if the server cannot be built.
    """
    configure_logging()
    uvloop.install()
    sys.setswitchinterval(SWITCH_S)
    listening, processes = None, 1
    if inherited is not None:
        listening, processes = socket.socket(fileno=inherited[0]), inherited[1]
    asyncio.run(_serve(settings, insecure, listening, processes, with_stdin))


def serve_with(settings: Settings, count: int, arguments: Sequence[str], *, insecure: bool) -> None:
    """Keep `count` processes serving one address until SIGTERM or SIGINT. Raises ModeratorError.

    The socket is opened here and shared: while a process is restarted the others take what comes.
    """
    configure_logging()
    with open_socket(settings.serve, insecure=insecure) as listening:
        number = listening.fileno()
        inherited = ("--inherit", f"{number}:{count}", *arguments)
        supervisor = Supervisor("serve", settings, count, inherited, {}, (number,))
        asyncio.run(_supervise(supervisor))


async def _supervise(supervisor: Supervisor) -> None:
    await supervisor.run(stop_event())


async def _serve(
    settings: Settings,
    insecure: bool,
    listening: socket.socket | None,
    processes: int,
    with_stdin: bool,
) -> None:
    stop = stop_event(with_stdin=with_stdin)
    metrics = Metrics(communities=settings.metrics.communities)
    pipeline = build_pipeline(settings, metrics)
    try:
        api = ApiServer(
            settings, pipeline, metrics,
            insecure=insecure, listening=listening, processes=processes,
        )  # fmt: skip
        health = HealthServer(settings.http, metrics.exposition, api.unready)
        # Models and modules live as long as the process: the collector need not visit them again.
        gc.collect()
        gc.freeze()
        await health.start()
        try:
            await api.start()
            _log.info("API on %s, metrics on http://%s", api.url, health.address)
            await stop.wait()
            await api.stop()
            _log.info("drained")
        finally:
            await health.stop()
    finally:
        await pipeline.close()
