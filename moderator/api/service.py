"""What all routes share: the pipeline behind its batcher, access, settings, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import NamedTuple

from starlette.types import Receive

from moderator.api.access.gate import Caller, Gate
from moderator.api.batcher import Batcher
from moderator.api.body import Headers, is_gone
from moderator.api.refusal import RefusalError
from moderator.feedback.sink import build_sink
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.records import Comment, Verdict
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


class Service:
    """The parts that requests share; `open` is how many of them have no answer yet."""

    def __init__(
        self, settings: Settings, pipeline: Pipeline, metrics: Metrics, *, processes: int = 1
    ) -> None:
        """Raises SettingsError if the tokens are refused."""
        self.settings = settings
        self.pipeline = pipeline
        self.metrics = metrics
        self.gate = Gate(settings.serve.tokens, settings.serve.rate, processes)
        self.feedback = build_sink(settings)
        self.open = 0
        self.draining = False
        self._batcher = Batcher(pipeline.moderate, settings.serve, metrics, lambda: self.open)

    @property
    def url(self) -> str:
        """The address at which clients reach the API, by the settings."""
        serve = self.settings.serve
        scheme = "https" if serve.ssl_certfile else "http"
        return serve.public_url.rstrip("/") or f"{scheme}://{serve.host}:{serve.port}"

    def start(self) -> asyncio.Task[None]:
        """Judge requests until cancelled; to be run as a task."""
        return asyncio.create_task(self._batcher.run(), name="batcher")

    async def judge(self, call: Call, comments: Sequence[Comment]) -> list[Verdict]:
        """One verdict a comment, in order. Raises RefusalError (429, 503, 504), ClientGoneError."""
        self.gate.charge(call.caller, len(comments))
        gone = partial(is_gone, call.receive)
        return await self._batcher.submit(comments, call.deadline, gone, admitted=call.admitted)

    def admit(self, call: Call, comments: int) -> Call:
        """The call with room in the queue for all its comments. Raises RefusalError 503."""
        self._batcher.admit(comments, call.deadline)
        return call._replace(admitted=True)

    def deadline(self, headers: Headers) -> float:
        """The deadline of a request: from its own header, or else from the settings."""
        given = headers.get(DEADLINE_HEADER)
        if given is None:
            return monotonic() + self.settings.serve.timeout_ms / 1000
        if not given.isdigit() or len(given) > 6 or int(given) == 0:
            detail = "X-Request-Timeout-Ms: a whole number of milliseconds, 1 to 999999"
            raise RefusalError(400, "invalid_deadline", detail)
        return monotonic() + min(int(given), self.settings.serve.timeout_ms) / 1000
