"""Replay in process: rows through the pipeline, as the worker does it, with an end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import perf_counter

from moderator.errors import RowError
from moderator.pipeline import Pipeline
from moderator.records import Comment, Verdict
from moderator.replay.pace import batches
from moderator.replay.report import Report
from moderator.replay.rows import Row

OnError = Callable[[RowError], None]
OnJudged = Callable[[Sequence[Comment], Sequence[Verdict]], None]


async def replay(
    rows: Iterable[Row],
    pipeline: Pipeline,
    *,
    batch_size: int,
    rate: float | None = None,
    on_error: OnError,
    on_verdicts: OnJudged,
) -> Report:
    """Judge every row and report. `on_error` may raise to stop the run at a bad row."""
    report = Report()
    start = perf_counter()
    async for batch in batches(rows, batch_size, rate):
        comments = sound(batch, report, on_error)
        if comments:
            verdicts = await pipeline.moderate(comments)
            report.add(verdicts)
            on_verdicts(comments, verdicts)
    report.seconds = perf_counter() - start
    return report


class BadRows:
    """Reports bad rows one by one, but only the first `limit`: a bad file has millions."""

    def __init__(self, on_error: OnError, limit: int = 100) -> None:
        self._on_error = on_error
        self._limit = limit
        self.unreported = 0
        """How many more there were."""

    def __call__(self, error: RowError) -> None:
        if self._limit:
            self._limit -= 1
            self._on_error(error)
        else:
            self.unreported += 1


def sound(rows: Iterable[Row], report: Report, on_error: OnError) -> list[Comment]:
    """The comments of rows; bad rows are counted and reported."""
    comments = []
    for row in rows:
        if row.error is not None:
            report.bad_rows += 1
            on_error(row.error)
        elif row.comment is not None:
            comments.append(row.comment)
    return comments
