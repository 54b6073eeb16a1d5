"""The filter as a library: blocking calls over the pipeline."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.records import Comment, Verdict
from moderator.settings import Settings
from moderator.wiring import build_pipeline

T = TypeVar("T")


class Moderator:
    """Judges texts: `Moderator.default().moderate(["…"])`.

    May be called from any thread, also one that runs an event loop. Close it, or use it as a
    context manager, to release its thread and the cache's connections.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="moderator")
        self._release = weakref.finalize(self, _release, self._loop, self._thread)

    @classmethod
    def default(cls) -> Moderator:
        """Lexicon and bundled model, standard policy, cache in memory: nothing else needed."""
        return cls.from_settings(Settings())

    @classmethod
    def from_settings(cls, settings: Settings | Path) -> Moderator:
        """As a settings file (under MODERATOR_* variables) or a Settings object says."""
        if isinstance(settings, Path):
            settings = Settings.load(settings)
        return cls(
            build_pipeline(settings, Metrics(communities=settings.metrics.communities), lazy=True)
        )

    def moderate(self, comments: Sequence[Comment | str]) -> list[Verdict]:
        """One verdict a comment, in order; a plain text gets its position as id."""
        if isinstance(comments, str):
            raise TypeError("moderate takes a list of texts: moderate([text])")
        batch = [
            Comment(id=str(i), text=comment) if isinstance(comment, str) else comment
            for i, comment in enumerate(comments)
        ]
        verdicts = self._thread.submit(self._run, self._pipeline.moderate(batch)).result()
        return [
            verdict.about(comment.text) for verdict, comment in zip(verdicts, batch, strict=True)
        ]

    def close(self) -> None:
        """Let go of thread and connections."""
        if self._release.alive:
            self._thread.submit(self._run, self._pipeline.close()).result()
            self._release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return self._loop.run_until_complete(work)


def _release(loop: asyncio.AbstractEventLoop, thread: ThreadPoolExecutor) -> None:
    thread.shutdown()
    loop.close()
