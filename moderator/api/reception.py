"""What the routes of any server share: settings, access, metrics, requests in flight."""

from __future__ import annotations

from time import monotonic
from typing import NamedTuple

from starlette.types import Receive

from moderator.api.access.gate import Caller, Gate
from moderator.api.body import Headers
from moderator.api.refusal import RefusalError
from moderator.metrics import Metrics
from moderator.settings import Settings

DEADLINE_HEADER = b"x-request-timeout-ms"


class Call(NamedTuple):
    """One request, let in and read; `deadline` is on the clock of `time.monotonic`;
    `admitted` says that the queue has room for it, as for every call of a batch."""

    caller: Caller
    headers: Headers
    query: bytes
    path: dict[str, str]
    body: bytes
    deadline: float
    receive: Receive
    admitted: bool = False


class Reception:
    """Lets requests in by `[serve]`; `open` is how many of them have no answer yet."""

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        *,
        processes: int = 1,
    ) -> None:
        """Raises SettingsError if the file of tokens is refused."""
        serve = settings.serve
        self.settings = settings
        self.metrics = metrics
        self.gate = Gate(serve.tokens, serve.rate, processes)
        self.open = 0
        self.draining = False

    def deadline(self, headers: Headers) -> float:
        """The deadline of a request: from its own header, or else from the settings."""
        given = headers.get(DEADLINE_HEADER)
        if given is None:
            return monotonic() + self.settings.serve.timeout_ms / 1000
        if not given.isdigit() or len(given) > 6 or int(given) == 0:
            detail = "X-Request-Timeout-Ms: a whole number of milliseconds, 1 to 999999"
            raise RefusalError(400, "invalid_deadline", detail)
        return monotonic() + min(int(given), self.settings.serve.timeout_ms) / 1000
