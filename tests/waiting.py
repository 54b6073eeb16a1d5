"""Waiting for what must come, in place of sleeps that hope it has; acting meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_EVERY_S = 0.05

T = TypeVar("T")


def eventually(read: Callable[[], T], wanted: T, timeout_s: float = 60.0) -> T:
    """What `read` returns as soon as that is `wanted`, or else when the time is up."""
    deadline = time.monotonic() + timeout_s
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(_EVERY_S)
    return found


@contextmanager
def meanwhile(act: Callable[[], None], every_s: float) -> Iterator[None]:
    """Acts every `every_s` seconds in a thread, until the context closes."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.wait(every_s):
            act()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
