"""The share of a number of cases, with Wilson's interval."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

_Z = 1.959964


class Interval(NamedTuple):
    """A value and the 95 % interval around it."""

    value: float
    low: float
    high: float


def wilson(hits: float, count: int) -> Interval:
    """The share of `hits` among `count` cases; nan, between 0 and 1, if there are none."""
    if not count:
        return Interval(float("nan"), 0.0, 1.0)
    share = hits / count
    scale = 1 + _Z**2 / count
    middle = (share + _Z**2 / (2 * count)) / scale
    half = _Z * sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2)) / scale
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))
