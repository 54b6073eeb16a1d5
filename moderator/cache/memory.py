"""A bounded cache in this process's memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Generic, TypeVar

from moderator.cache.base import without_comment
from moderator.metrics import Metrics
from moderator.records import Scored, Verdict

T = TypeVar("T", Scored, Verdict)

MATCHES_PER_ITEM = 8


class MemoryCache:
    """Least recently used goes first; each entry lives for its time, read or not.

    Holds at most `items` scores and as many verdicts; one with many matches counts for several, so
    that floods of profanity do not fill the memory. `clock` gives seconds.
    """

    def __init__(
        self,
        metrics: Metrics,
        *,
        items: int,
        score_ttl_s: float,
        verdict_ttl_s: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._scores: _Lru[Scored] = _Lru(items, score_ttl_s, clock)
        self._verdicts: _Lru[Verdict] = _Lru(items, verdict_ttl_s, clock)
        self._hits = metrics.cache_requests.labels("memory", "hit")
        self._misses = metrics.cache_requests.labels("memory", "miss")

    async def start(self) -> None:
        pass

    async def get_many(self, keys: Sequence[str]) -> list[Scored | None]:
        scores = self._scores.get_many(keys)
        misses = scores.count(None)
        self._hits.inc(len(keys) - misses)
        self._misses.inc(misses)
        return scores

    async def set_many(self, scores: Mapping[str, Scored], verdicts: Sequence[Verdict]) -> None:
        self._scores.set_many(scores)
        self._verdicts.set_many({verdict.id: without_comment(verdict) for verdict in verdicts})

    async def get_verdict(self, comment_id: str) -> Verdict | None:
        return self._verdicts.get_many([comment_id])[0]

    async def close(self) -> None:
        pass


class _Lru(Generic[T]):
    def __init__(self, items: int, ttl_s: float, clock: Callable[[], float]) -> None:
        self._entries: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._items = items
        self._weight = 0
        self._ttl_s = ttl_s
        self._clock = clock

    def get_many(self, keys: Sequence[str]) -> list[T | None]:
        now = self._clock()
        entries = self._entries
        values: list[T | None] = []
        for key in keys:
            entry = entries.get(key)
            if entry is None:
                values.append(None)
            elif entry[0] <= now:
                self._drop(key)
                values.append(None)
            else:
                entries.move_to_end(key)
                values.append(entry[1])
        return values

    def set_many(self, values: Mapping[str, T]) -> None:
        expires = self._clock() + self._ttl_s
        entries = self._entries
        for key, value in values.items():
            self._drop(key)
            entries[key] = (expires, value)
            self._weight += _weight(value)
        while self._weight > self._items:
            self._drop(next(iter(entries)))

    def _drop(self, key: str) -> None:
        if entry := self._entries.pop(key, None):
            self._weight -= _weight(entry[1])


def _weight(value: Scored | Verdict) -> int:
    return 1 + len(value.matches) // MATCHES_PER_ITEM
