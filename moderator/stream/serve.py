"""Runs one worker process from start to exit code."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading

import uvloop

from moderator.errors import ModeratorError
from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.stream.worker import Worker
from moderator.wiring import build_pipeline

_log = logging.getLogger("moderator")


def serve(settings: Settings, *, stop_with_stdin: bool = False) -> None:
    """Work until SIGTERM or SIGINT, drain, return. Raises ModeratorError.

    With `stop_with_stdin` the end of standard input is a SIGTERM too, so that a worker does not
    outlive whoever started it.
    """
    configure_logging()
    uvloop.install()
    asyncio.run(_serve(settings, stop_with_stdin))


def leave(error: ModeratorError) -> None:
    """End the process with the error's code at once, even where a scorer's thread hangs."""
    _log.error("%s", error)
    logging.shutdown()
    sys.stderr.flush()
    os._exit(error.exit_code)


def configure_logging() -> None:
    """Our own log at INFO, libraries' at WARNING; neither holds text, authors or keys."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    _log.setLevel(logging.INFO)
    for noisy in ("aiokafka", "faust", "mode", "moderator.stream.app"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


async def _serve(settings: Settings, stop_with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if stop_with_stdin:
        threading.Thread(target=_await_end, args=(loop, stop), daemon=True).start()
    metrics = Metrics(communities=settings.metrics.communities)
    await Worker(settings, build_pipeline(settings, metrics), metrics).run(stop)


def _await_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 1024):
        pass
    loop.call_soon_threadsafe(stop.set)
