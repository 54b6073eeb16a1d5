"""A worker's last ten minutes, sampled by itself: the page shows them when it is opened."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from time import monotonic, time

import msgspec

from moderator.monitor.figures import figures, increases
from moderator.monitor.scrape import Scrape, read

EVERY_S = 5.0
KEPT_S = 600.0
SHOWN = 8
"""Rows of each ranking."""

_RANKED = {
    "rules": ("moderator_rules_total", ("policy", "rule")),
    "categories": ("moderator_matches_total", ("category",)),
    "communities": ("moderator_comments_total", ("community",)),
    "policies": ("moderator_comments_total", ("policy",)),
    "languages": ("moderator_comments_by_language_total", ("language",)),
}
"""Ranking → a counter, and the labels that name a row."""

_READ = (
    *{f"{counter}{{" for counter, _ in _RANKED.values()},
    "moderator_end_to_end_seconds_bucket",
    "moderator_consumer_lag_messages",
    "moderator_oldest_unprocessed_seconds",
)
"""The lines of a page of metrics that are read begin with one of these."""


class Point(msgspec.Struct, frozen=True):
    """Figures of one sample; comments a second by action, durations in seconds."""

    at_ms: int
    actions: dict[str, float]
    p50: float | None
    p95: float | None
    p99: float | None
    lag: int
    oldest_s: float


class Course(msgspec.Struct, frozen=True):
    """Points, oldest first, and what was counted between the first and the last sample."""

    every_s: float
    points: tuple[Point, ...]
    counted_s: float
    top: dict[str, list[tuple[str, int]]]


class Recent:
    """Samples a page of metrics; `exposition` gives it, with its content type."""

    def __init__(
        self, exposition: Callable[[], tuple[bytes, str]], *, every_s: float = EVERY_S
    ) -> None:
        self._exposition = exposition
        self._every_s = every_s
        self._points: deque[Point] = deque(maxlen=int(KEPT_S / EVERY_S))
        self._scrapes: deque[Scrape] = deque(maxlen=int(KEPT_S / EVERY_S) + 1)

    async def run(self) -> None:
        """Sample until cancelled, off the event loop: a page takes milliseconds."""
        while True:
            await asyncio.to_thread(self.sample)
            await asyncio.sleep(self._every_s)

    def sample(self) -> None:
        """Take one sample now."""
        page = self._exposition()[0].decode("utf-8")
        lines = [line for line in page.splitlines() if line.startswith(_READ)]
        now = read("\n".join([*lines, ""]), monotonic())
        if self._scrapes:
            current = figures([(self._scrapes[-1], now)])
            times = current.end_to_end
            self._points.append(
                Point(
                    round(time() * 1000),
                    current.actions,
                    times.p50 if times else None,
                    times.p95 if times else None,
                    times.p99 if times else None,
                    current.lag,
                    current.oldest_s,
                )
            )
        self._scrapes.append(now)

    def course(self) -> Course:
        """The samples so far."""
        if not self._scrapes:
            return Course(self._every_s, (), 0.0, {name: [] for name in _RANKED})
        first, last = self._scrapes[0], self._scrapes[-1]
        top = {
            name: _increases(first, last, counter, labels).most_common(SHOWN)
            for name, (counter, labels) in _RANKED.items()
        }
        return Course(self._every_s, tuple(self._points), last.at_s - first.at_s, top)


def _increases(first: Scrape, last: Scrape, counter: str, names: tuple[str, ...]) -> Counter[str]:
    """By the labels `names`: how much the counter rose."""
    counts: Counter[str] = Counter()
    for labels, risen in increases((first, last), counter):
        counts[" ".join(labels.get(name, "") for name in names)] += round(risen)
    return +counts  # without what did not rise
