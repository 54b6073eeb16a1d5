"""Runs one worker process from start to exit code."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Mapping
from pathlib import Path

import uvloop

from moderator.errors import HaltError, ModeratorError
from moderator.metrics import Metrics
from moderator.processes.logs import configure_logging
from moderator.processes.memory import settle
from moderator.processes.stopping import exit_at_once, leave, stop_event
from moderator.processes.supervisor import Supervisor
from moderator.reload import PolicyKeeper, look
from moderator.reload.running import kept
from moderator.settings import Settings
from moderator.stream.worker import Worker
from moderator.wiring import build

_log = logging.getLogger(__name__)


def serve(settings: Settings, *, stop_with_stdin: bool = False, debug: bool = False) -> None:
    """Work until SIGTERM or SIGINT, drain, return; a worker that fails ends the process.

    Raises ModeratorError if the worker cannot be built. With `stop_with_stdin` the end of
    standard input acts as a SIGTERM too, so that a worker does not outlive its parent. `debug` logs
    more, with tracebacks.
    """
    configure_logging(debug=debug)
    uvloop.install()
    asyncio.run(_serve(settings, stop_with_stdin))


def supervise(
    settings: Settings,
    count: int,
    arguments: tuple[str, ...],
    variables: Mapping[str, str],
    *,
    debug: bool = False,
) -> None:
    """Keep `count` worker processes running until SIGTERM or SIGINT. Raises ModeratorError.

    `arguments` and `variables` give the workers the same settings.
    """
    configure_logging(debug=debug)
    if debug:
        arguments = (*arguments, "--debug")
    asyncio.run(_supervise(Supervisor("worker", settings, count, arguments, variables)))


async def _supervise(supervisor: Supervisor) -> None:
    await supervisor.run(stop_event())


async def _serve(settings: Settings, stop_with_stdin: bool) -> None:
    stop = stop_event(with_stdin=stop_with_stdin)
    metrics = Metrics(communities=settings.metrics.communities)
    _log.info("loading %s", ", ".join(settings.scorers.use))
    lexicons = look(settings.scorers.lexicons)
    built = build(settings, metrics)
    keeper = PolicyKeeper(settings, built, metrics, lexicons)
    try:
        await keeper.start()
    except ModeratorError as error:
        leave(error)
    worker = Worker(settings, built.pipeline, metrics)
    settle()
    with kept(keeper):
        await work(worker, stop)


async def work(worker: Worker, stop: asyncio.Event) -> None:
    """Run the worker; if it fails end the process at once, even if a scorer's thread hangs."""
    try:
        await worker.run(stop)
    except ModeratorError as error:
        # Before the loop closes, which Faust's threads would meet with tracebacks.
        _log.debug("the worker failed", exc_info=True)
        leave(error)
    except Exception as error:  # noqa: BLE001 (a bug: one line, and the details with --debug)
        _log.debug("the worker failed", exc_info=True)
        leave(_bug(error))
    if worker.lingers:
        exit_at_once(0)


def _bug(error: Exception) -> HaltError:
    """Logs an error's type and place, but not its message, which may hold text."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return HaltError(
        f"a bug: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}; nothing is "
        "lost, what was not confirmed will be taken again. Run with --debug and report it"
    )
