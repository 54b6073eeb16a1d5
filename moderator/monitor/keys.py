"""Single keys from a terminal, without waiting for a line."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Wait = Callable[[float], str]
"""Waits at most this many seconds; returns the key pressed meanwhile, or an empty string."""


@contextmanager
def keys() -> Iterator[Wait]:
    """Inside the block keys arrive at once and without echo; the terminal is restored after it."""
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    try:
        tty.setcbreak(stdin)
        yield (
            lambda timeout_s: (
                os.read(stdin, 1).decode("latin-1")
                if select.select([stdin], [], [], timeout_s)[0]
                else ""
            )
        )
    finally:
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
