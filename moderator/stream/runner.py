"""Runs one worker process from start to exit code."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from time import monotonic

import uvloop

from moderator.errors import ModeratorError
from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.stream.supervisor import Supervisor
from moderator.stream.worker import Worker
from moderator.wiring import build_pipeline

_log = logging.getLogger("moderator")


def serve(settings: Settings, *, stop_with_stdin: bool = False) -> None:
    """Work until SIGTERM or SIGINT, drain, return; a worker that fails ends the process.

    Raises ModeratorError if the worker cannot be built. With `stop_with_stdin` the end of
    standard input acts as a SIGTERM too, so that a worker does not outlive its parent.
    """
    configure_logging()
    uvloop.install()
    asyncio.run(_serve(settings, stop_with_stdin))


def supervise(
    settings: Settings, count: int, arguments: tuple[str, ...], variables: Mapping[str, str]
) -> None:
    """Keep `count` worker processes running until SIGTERM or SIGINT. Raises ModeratorError.

    `arguments` and `variables` give the workers the same settings.
    """
    configure_logging()
    asyncio.run(_supervise(Supervisor(settings, count, arguments, variables)))


def leave(error: ModeratorError) -> None:
    """Log the error and end the process with its code, waiting for no thread."""
    _log.error("%s", error)
    _exit(error.exit_code)


def _exit(code: int) -> None:
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


def configure_logging() -> None:
    """Our own log at INFO, libraries' at WARNING; neither holds text, authors or keys."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(ThrottleFilter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    _log.setLevel(logging.INFO)
    for noisy in ("faust", "mode", "moderator.stream.app"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


class ThrottleFilter(logging.Filter):
    """Passes each message of aiokafka once per `pause_s`: without a broker it repeats itself."""

    def __init__(self, pause_s: float = 30.0, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._pause_s = pause_s
        self._clock = clock
        self._last_passed_s: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("aiokafka"):
            return True
        now = self._clock()
        if now - self._last_passed_s.get(str(record.msg), -self._pause_s) < self._pause_s:
            return False
        self._last_passed_s[str(record.msg)] = now
        return True


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _supervise(supervisor: Supervisor) -> None:
    await supervisor.run(_stop_on_signals())


async def _serve(settings: Settings, stop_with_stdin: bool) -> None:
    stop = _stop_on_signals()
    if stop_with_stdin:
        loop = asyncio.get_running_loop()
        threading.Thread(target=_await_end, args=(loop, stop), daemon=True).start()
    metrics = Metrics(communities=settings.metrics.communities)
    worker = Worker(settings, build_pipeline(settings, metrics), metrics)
    # Models and modules live as long as the process: the collector need not visit them again.
    gc.collect()
    gc.freeze()
    await work(worker, stop)


async def work(worker: Worker, stop: asyncio.Event) -> None:
    """Run the worker; if it fails end the process at once, even if a scorer's thread hangs."""
    try:
        await worker.run(stop)
    except ModeratorError as error:
        # Before the loop closes, which Faust's threads would meet with tracebacks.
        leave(error)
    if worker.lingers:
        _exit(0)


def _await_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 1024):
        pass
    loop.call_soon_threadsafe(stop.set)
