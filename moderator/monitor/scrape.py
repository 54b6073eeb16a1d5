"""Scrapes: the metrics of one worker at one moment."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from time import monotonic

import msgspec

from moderator.metrics.exposition import parse

MAX_PAGE_BYTES = 16 << 20

Labels = tuple[tuple[str, str], ...]
"""Name and value of each label, sorted."""

Series = Mapping[Labels, float]


class Scrape(msgspec.Struct, frozen=True):
    """Every sample of one worker: metric name → labels → value. `at_s` is a monotonic clock's."""

    at_s: float
    samples: Mapping[str, Series]

    def of(self, name: str) -> Series:
        """The series of a metric; empty if the worker does not have it."""
        return self.samples.get(name, {})


def read(page: str, at_s: float) -> Scrape:
    """A page of metrics as a scrape. Raises ValueError if it is malformed."""
    samples: dict[str, dict[Labels, float]] = {}
    for name, labels, value in parse(page):
        samples.setdefault(name, {})[tuple(sorted(labels.items()))] = value
    return Scrape(at_s, samples)


def fetch(address: str, timeout_s: float) -> Scrape | None:
    """The metrics at `host:port` now; None if there is no valid answer."""
    connection = http.client.HTTPConnection(address, timeout=timeout_s)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        page = response.read(MAX_PAGE_BYTES)
        if response.status != 200 or response.length:  # or a page that ended before its length
            return None
        return read(page.decode("utf-8"), monotonic())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
