"""How a long-running process is stopped, and ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading

from moderator.errors import ModeratorError

_log = logging.getLogger("moderator")


def stop_event(*, with_stdin: bool = False) -> asyncio.Event:
    """Set by SIGTERM and SIGINT; `with_stdin` also by the end of standard input, so that a child
    does not outlive its parent."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Until somebody handles it: one that comes during the start must not end the process.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if with_stdin:
        threading.Thread(target=_await_end, args=(loop, stop), daemon=True).start()
    return stop


def leave(error: ModeratorError) -> None:
    """Log the error and end the process with its code, waiting for no thread."""
    _log.error("%s", error)
    exit_at_once(error.exit_code)


def exit_at_once(code: int) -> None:
    """End the process, waiting for no thread."""
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


def _await_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 1024):
        pass
    loop.call_soon_threadsafe(stop.set)
