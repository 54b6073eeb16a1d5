"""The filter as a library: blocking and async calls to the pipeline."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from moderator.decoding import without_surrogates
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.records import Comment, Verdict
from moderator.settings import Settings
from moderator.wiring import build_pipeline

T = TypeVar("T")

_TEXTS = ("id", "text", "community", "author")


class Moderator:
    """Judges texts and comments in this process.

    >>> from moderator import Comment, Moderator
    >>> with Moderator() as moderator:
    ...     fine, rude = moderator.moderate(["What a lovely day.", "You are a fucking moron."])
    ...     chat = moderator.moderate([Comment(id="42", text="lol", community="games")])
    >>> fine.action, rude.action
    (<Action.ALLOW: 'allow'>, <Action.BLOCK: 'block'>)
    >>> rude.reasons[0].rule, rude.censored()
    ('block.insult', 'You are a ******* *****.')
    >>> chat[0].id
    '42'

    Safe to share between threads, also in a thread that runs an event loop; there `amoderate` does
    not block the loop. Close it, or use it as a context manager, to release its thread and the
    cache's connections. Building one loads the model (about a second): build it once.
    """

    def __init__(self, pipeline: Pipeline | None = None) -> None:
        """`Moderator()` has the lexicon, the bundled model, the standard policy, a memory cache."""
        self._pipeline = pipeline or _pipeline(Settings())
        self._loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="moderator")
        self._release = weakref.finalize(self, _release, self._loop, self._thread)

    @classmethod
    def default(cls) -> Moderator:
        """The same as `Moderator()`."""
        return cls()

    @classmethod
    def from_settings(cls, settings: Settings | Path | str) -> Moderator:
        """By a settings file, such as `from_settings("moderator.toml")`, or a Settings object.

        MODERATOR_* variables override the file. Policies are the file's, even if workers follow the
        topic. Raises SettingsError, PolicyError, LexiconError or ModelError.
        """
        if not isinstance(settings, Settings):
            settings = Settings.load(Path(settings))
        return cls(_pipeline(settings))

    def moderate(self, comments: Sequence[Comment | str]) -> list[Verdict]:
        """One verdict per comment, in order. A plain text gets its index as id."""
        batch = _comments(comments)
        return _with_texts(self._submit(batch).result(), batch)

    async def amoderate(self, comments: Sequence[Comment | str]) -> list[Verdict]:
        """The same as `moderate`, without blocking the running event loop."""
        batch = _comments(comments)
        verdicts = await asyncio.wrap_future(self._submit(batch))
        return _with_texts(verdicts, batch)

    def close(self) -> None:
        """Release the thread and the cache's connections; calling it again does nothing."""
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

    def _submit(self, batch: list[Comment]) -> Future[list[Verdict]]:
        return self._thread.submit(self._run, self._pipeline.moderate(batch))

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return self._loop.run_until_complete(work)


def _pipeline(settings: Settings) -> Pipeline:
    metrics = Metrics(communities=settings.metrics.communities)
    return build_pipeline(settings, metrics, lazy=True)


def _comments(comments: Sequence[Comment | str]) -> list[Comment]:
    if isinstance(comments, str):
        raise TypeError("moderate takes a list of texts: moderate([text])")
    return [
        _whole(Comment(id=str(index), text=comment) if isinstance(comment, str) else comment)
        for index, comment in enumerate(comments)
    ]


def _whole(comment: Comment) -> Comment:
    """The comment without halves of surrogate pairs, which no scorer and no verdict can hold."""
    given = {name: getattr(comment, name) for name in _TEXTS}
    whole = {name: without_surrogates(text) for name, text in given.items() if text}
    changed = {name: text for name, text in whole.items() if text != given[name]}
    return msgspec.structs.replace(comment, **changed) if changed else comment


def _with_texts(verdicts: Sequence[Verdict], comments: Sequence[Comment]) -> list[Verdict]:
    return [
        verdict.about(comment.text) for verdict, comment in zip(verdicts, comments, strict=True)
    ]


def _release(loop: asyncio.AbstractEventLoop, thread: ThreadPoolExecutor) -> None:
    thread.shutdown()
    loop.close()
