"""The last scrapes of every worker, and the recent values of a few figures for sparklines."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from moderator.monitor.figures import Figures, figures
from moderator.monitor.scrape import Scrape

POINTS = 60


class History:
    """Figures over a sliding window of `window_s` seconds; `addresses` are the workers asked."""

    def __init__(self, addresses: Sequence[str], window_s: float) -> None:
        self._window_s = window_s
        self._scrapes: dict[str, deque[Scrape]] = {address: deque() for address in addresses}
        self.down: list[str] = []
        self.comments: deque[float] = deque(maxlen=POINTS)
        self.p99_s: deque[float] = deque(maxlen=POINTS)
        self.lag: deque[float] = deque(maxlen=POINTS)

    def add(self, scrapes: Mapping[str, Scrape | None]) -> Figures:
        """Take one scrape of every worker (None: it did not answer); the figures they make."""
        self.down = [address for address, scrape in scrapes.items() if scrape is None]
        for address, scrape in scrapes.items():
            kept = self._scrapes[address]
            if scrape is None:
                kept.clear()
                continue
            kept.append(scrape)
            while len(kept) > 2 and scrape.at_s - kept[1].at_s >= self._window_s:
                kept.popleft()
        up = [kept for kept in self._scrapes.values() if kept]
        newest = figures([(kept[-2], kept[-1]) for kept in up if len(kept) > 1])
        self.comments.append(newest.comments)
        current = figures([(kept[0], kept[-1]) for kept in up])
        self.p99_s.append(current.end_to_end.p99 if current.end_to_end else 0.0)
        self.lag.append(current.lag)
        return current
