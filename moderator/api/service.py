"""What all routes of the API share: the pipeline behind its queues, and where feedback goes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from moderator.api.batching.lanes import Lanes
from moderator.api.body import is_gone
from moderator.api.reception import Call, Reception
from moderator.feedback.sink import build_sink
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.records import Comment, Verdict
from moderator.settings import Settings


class Service(Reception):
    """The parts that requests share."""

    def __init__(
        self, settings: Settings, pipeline: Pipeline, metrics: Metrics, *, processes: int = 1
    ) -> None:
        """Raises SettingsError if the tokens are refused."""
        super().__init__(settings, metrics, processes=processes)
        self.pipeline = pipeline
        self.feedback = build_sink(settings)
        self._lanes = Lanes(pipeline.moderate, settings.serve, metrics, lambda: self.open)

    @property
    def url(self) -> str:
        """The address at which clients reach the API, by the settings."""
        serve = self.settings.serve
        scheme = "https" if serve.ssl_certfile else "http"
        return serve.public_url.rstrip("/") or f"{scheme}://{serve.host}:{serve.port}"

    def start(self) -> asyncio.Task[None]:
        """Judge requests until cancelled; to be run as a task."""
        return asyncio.create_task(self._lanes.run(), name="batcher")

    async def judge(
        self, call: Call, comments: Sequence[Comment], charged: int | None = None
    ) -> list[Verdict]:
        """One verdict a comment, in order; `charged` of them count against the caller's rate, by
        default all.

        Raises RefusalError (429, 503, 504), ClientGoneError.
        """
        self.gate.charge(call.caller, len(comments) if charged is None else charged)
        gone = partial(is_gone, call.receive)
        return await self._lanes.submit(comments, call.deadline, gone, admitted=call.admitted)

    async def kept_verdict(self, call: Call, comment_id: str) -> Verdict | None:
        """The verdict kept for a comment, if the caller may see it: a token of one community sees
        no others'."""
        verdict = await self.pipeline.look_up(comment_id)
        own = call.caller.community
        return verdict if verdict and own in (None, verdict.community) else None

    def admit(self, call: Call, comments: int) -> Call:
        """The call with room in the queue for all its comments. Raises RefusalError 503."""
        self._lanes.admit(comments, call.deadline)
        return call._replace(admitted=True)
