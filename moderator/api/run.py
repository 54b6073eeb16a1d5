"""Runs the HTTP API from start to exit code, in one process or several."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence

import uvloop

from moderator.api.access.listen import open_socket
from moderator.api.server import ApiServer
from moderator.feedback.follower import following
from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.processes.logs import configure_logging
from moderator.processes.memory import settle
from moderator.processes.stopping import exit_at_once, stop_event
from moderator.processes.supervisor import Supervisor
from moderator.reload import PolicyKeeper, look
from moderator.reload.running import kept
from moderator.settings import Settings
from moderator.wiring import build

_log = logging.getLogger(__name__)


def serve(
    settings: Settings, *, insecure: bool, inherited: tuple[int, int] | None, with_stdin: bool
) -> None:
    """Answer requests until SIGTERM or SIGINT, finish what is open, return.

    `inherited` is an open listening socket and the number of processes that share it. Raises
    ModeratorError if the server cannot be built.
    """
    configure_logging()
    uvloop.install()
    if inherited is not None:
        listening, processes = socket.socket(fileno=inherited[0]), inherited[1]
    else:
        # Before models are loaded: an address that cannot be had is heard of at once.
        listening, processes = open_socket(settings.serve, insecure=insecure), 1
    asyncio.run(_serve(settings, listening, processes, with_stdin))
    # A model that hangs has a thread that Python would wait for.
    exit_at_once(0)


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
    settings: Settings, listening: socket.socket, processes: int, with_stdin: bool
) -> None:
    stop = stop_event(with_stdin=with_stdin)
    metrics = Metrics(communities=settings.metrics.communities)
    lexicons = look(settings.scorers.lexicons)
    built = build(settings, metrics)
    pipeline = built.pipeline
    keeper = PolicyKeeper(settings, built, metrics, lexicons)
    try:
        await keeper.start()
        api = ApiServer(settings, pipeline, metrics, listening=listening, processes=processes)
        settle()
        await pipeline.start()
        health = HealthServer(settings.http, metrics.exposition, api.unready)
        async with following(settings, pipeline.overrides, metrics):
            with kept(keeper):
                await answer(api, health, stop)
    finally:
        await pipeline.close()


async def answer(api: ApiServer, health: HealthServer, stop: asyncio.Event) -> None:
    """Serve until `stop`, then finish what is open; metrics and probes answer to the end."""
    await health.start()
    try:
        await api.start()
        _log.info("API on %s, metrics on http://%s", api.url, health.address)
        await stop.wait()
        await api.stop()
        _log.info("drained")
    finally:
        await health.stop()
