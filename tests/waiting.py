"""Waiting for what must come, in place of sleeps that hope it has."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_EVERY_S = 0.05

T = TypeVar("T")


def eventually(read: Callable[[], T], wanted: T, timeout_s: float = 60.0) -> T:
    """What `read` returns as soon as that is `wanted`, or else when the time is up."""
    deadline = time.monotonic() + timeout_s
    while (found := read()) != wanted and time.monotonic() < deadline:
        time.sleep(_EVERY_S)
    return found
