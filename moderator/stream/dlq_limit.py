"""Stops the worker before a bad deployment turns the topic into dead letters."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from moderator.errors import DeadLettersError, RecordError


class DlqLimit:
    """Watches the share of dead letters among the last records, and how many come in a row.

    Only records that a wrong deployment explains count: what the author of a comment can cause is
    left out, since otherwise any author could stop the worker.

    The share counts only once the window is full, so a few bad records after a start do no harm.
    """

    def __init__(self, *, ratio: float, window: int, run: int) -> None:
        self._ratio = ratio
        self._run = run
        self._last: deque[bool] = deque(maxlen=window)
        self._dead = 0
        self._in_a_row = 0

    def observe(self, decoded: Iterable[object]) -> None:
        """Count what decoding made of records, in order. Raises DeadLettersError.

        Called before the dead letters are published, so those that exceed the limit remain in the
        topic of comments.
        """
        for result in decoded:
            dead = isinstance(result, RecordError)
            if isinstance(result, RecordError) and result.by_author:
                continue
            if len(self._last) == self._last.maxlen:
                self._dead -= self._last[0]
            self._last.append(dead)
            self._dead += dead
            self._in_a_row = self._in_a_row + 1 if dead else 0
            if self._in_a_row >= self._run:
                raise DeadLettersError(
                    f"{self._in_a_row} records in a row cannot be processed "
                    "(stream.dead_letter_run): halted before they became dead letters; "
                    "is the right topic configured, and does its producer write comments?"
                )
            if len(self._last) == self._last.maxlen and self._dead > self._ratio * len(self._last):
                raise DeadLettersError(
                    f"{self._dead} of the last {len(self._last)} records cannot be processed "
                    "(stream.dead_letter_ratio): halted; `moderator dlq ls` shows why"
                )
