"""A keeper at work beside a process's own, asked by SIGHUP."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from moderator.reload.keeper import PolicyKeeper

_log = logging.getLogger(__name__)


@contextmanager
def kept(keeper: PolicyKeeper) -> Iterator[None]:
    """Run the keeper as long as the context is open; SIGHUP has it read everything again."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, keeper.asked.set)
    task = asyncio.create_task(keeper.run(), name="policies")
    task.add_done_callback(_report)
    try:
        yield
    finally:
        task.cancel()


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("policies are no longer followed: a bug: %s", type(error).__name__)
