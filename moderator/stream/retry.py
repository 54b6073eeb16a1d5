"""Pauses between retries: doubled each time, with jitter, bounded in total."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from time import monotonic

from moderator.errors import HaltError
from moderator.settings import Stream


class Backoff:
    """Exponential pauses with jitter, until `give_up_s` have passed."""

    def __init__(
        self,
        *,
        initial_s: float,
        max_s: float,
        give_up_s: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._initial_s = initial_s
        self._max_s = max_s
        self._give_up_s = give_up_s
        self._clock = clock
        self._random = random.Random()

    @classmethod
    def of(cls, stream: Stream) -> Backoff:
        """The pauses that the settings describe."""
        return cls(
            initial_s=stream.retry_initial_ms / 1000,
            max_s=stream.retry_max_ms / 1000,
            give_up_s=stream.retry_for_s,
        )

    def pauses(self, operation: str) -> Iterator[float]:
        """Seconds to wait before each further try. Raises HaltError when time is up."""
        start = self._clock()
        delay = self._initial_s
        while self._clock() - start < self._give_up_s:
            yield delay * self._random.uniform(0.5, 1.0)
            delay = min(delay * 2, self._max_s)
        raise HaltError(
            f"{operation} failed for {self._give_up_s:g} s (stream.retry_for_s): stopped; "
            "nothing is lost, what is not confirmed will be taken again"
        )
