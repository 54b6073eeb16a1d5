"""The log of a long-running process."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from time import monotonic

from moderator.messages.commands import copyable


def configure_logging(*, debug: bool = False) -> None:
    """Our own log at INFO, libraries' at WARNING; neither holds text, authors or keys.

    Faust and aiokafka log errors as tracebacks; the worker explains them, `debug` shows them too.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(ThrottleFilter(tracebacks=debug))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger("moderator").setLevel(logging.DEBUG if debug else logging.INFO)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    for noisy in ("faust", "mode", "moderator.consumer"):
        logging.getLogger(noisy).setLevel(logging.WARNING if debug else logging.CRITICAL)


class _Formatter(logging.Formatter):
    """One line an event, commands in it as the reader has to type them."""

    def format(self, record: logging.LogRecord) -> str:
        return copyable(super().format(record))


class ThrottleFilter(logging.Filter):
    """Passes each message of aiokafka once per `pause_s`: without a broker it repeats itself.

    With its traceback only if `tracebacks`: a server that is not Kafka causes one a connection.
    """

    def __init__(
        self,
        pause_s: float = 30.0,
        clock: Callable[[], float] = monotonic,
        *,
        tracebacks: bool = False,
    ) -> None:
        super().__init__()
        self._tracebacks = tracebacks
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
        if not self._tracebacks:
            record.exc_info = None
        return True
