"""Pacing: comments in batches, at a fixed rate or as fast as possible."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterable
from time import monotonic
from typing import TypeVar

from moderator.errors import SettingsError

T = TypeVar("T")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def parse_rate(text: str) -> float:
    """Comments a second of a rate such as `200/s`, `30/m` or `0.5/s`. Raises SettingsError."""
    number, _, unit = text.partition("/")
    try:
        rate = float(number) / _UNITS[unit or "s"]
    except (ValueError, KeyError):
        rate = math.nan
    if not 0 < rate < math.inf:
        raise SettingsError(f"--rate {text!r}: write a number above 0 as 200/s, 30/m or 1000/h")
    return rate


async def batches(
    items: Iterable[T],
    size: int,
    rate: float | None = None,
    *,
    clock: Callable[[], float] = monotonic,
) -> AsyncIterator[list[T]]:
    """Lists of at most `size` items, none before its time at `rate` items a second.

    A consumer that falls behind gets larger batches until it has caught up: the pace is that of
    the whole run.
    """
    start = clock()
    batch: list[T] = []
    for count, item in enumerate(items):
        if rate is not None:
            early_s = start + count / rate - clock()
            if early_s > 0 and batch:
                yield batch
                batch = []
                early_s = start + count / rate - clock()
            if early_s > 0:
                await asyncio.sleep(early_s)
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
