"""Stops the worker before a bad deployment turns the topic into dead letters."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from moderator.errors import DeadLettersError, RecordError
from moderator.stream.in_flight import Message


class DlqLimit:
    """Watches the share of dead letters among the last records, and how many come in a row.

    Only records that a wrong deployment explains count: what the author of a comment can cause is
    left out, since otherwise any author could stop the worker.

    The share counts only once the window is full, so a few bad records after a start do no harm.
    """

    def __init__(self, *, ratio: float, window: int, run: int) -> None:
        self._ratio = ratio
        self._run = run
        self._last: deque[tuple[str, str] | None] = deque(maxlen=window)
        """Reason and place of each dead letter among the last records; None for a sound record."""
        self._dead = 0
        self._in_a_row = 0

    def observe(self, decoded: Iterable[tuple[Message, object]]) -> None:
        """Count records with what decoding made of them, in order. Raises DeadLettersError.

        Called before the dead letters are published, so those that exceed the limit remain in the
        topic of comments.
        """
        for message, result in decoded:
            if isinstance(result, RecordError) and result.by_author:
                continue
            dead = isinstance(result, RecordError)
            if len(self._last) == self._last.maxlen:
                self._dead -= self._last[0] is not None
            self._last.append((str(result), _place(message)) if dead else None)
            self._dead += dead
            self._in_a_row = self._in_a_row + 1 if dead else 0
            if self._in_a_row >= self._run:
                raise DeadLettersError(
                    f"{self._in_a_row} records in a row cannot be processed "
                    f"(stream.dead_letter_run), {self._commonest()}: "
                    "halted before they became dead letters; "
                    "is the right topic configured, and does its producer write comments?"
                )
            if len(self._last) == self._last.maxlen and self._dead > self._ratio * len(self._last):
                raise DeadLettersError(
                    f"{self._dead} of the last {len(self._last)} records cannot be processed "
                    f"(stream.dead_letter_ratio), {self._commonest()}: halted; "
                    "`moderator dlq ls` shows the others"
                )

    def _commonest(self) -> str:
        """The reason of most of the last dead letters, and where the last of these is; it holds no
        content of theirs."""
        places = dict(dead for dead in self._last if dead is not None)
        reasons = Counter(dead[0] for dead in self._last if dead is not None)
        reason, count = reasons.most_common(1)[0]
        return f"{count} of them because of: {reason} (such as {places[reason]})"


def _place(message: Message) -> str:
    return f"offset {message.offset} of {message.topic}/{message.partition}"
