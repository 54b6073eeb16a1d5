"""Whether a condition can hold at all, and whether one holds wherever another does.

Both answer yes only if it is certain: what they cannot decide counts as no.
"""

from __future__ import annotations

from moderator.policy.conditions import Condition, Range
from moderator.policy.conditions.form import NUMBERS, Names, names
from moderator.policy.explaining.firing import conjuncts

_NAMES = ("community", "author_role", "language")


def is_impossible(condition: Condition) -> bool:
    """Whether no comment meets it: an empty range, or two parts that exclude each other."""
    parts = list(conjuncts(condition))
    for part in parts:
        if part.any is not None and all(map(is_impossible, part.any)):
            return True
        if part.not_ == Condition():
            return True
        if part.match is not None and _is_empty(part.match.severity, 1.0, 4.0):
            return True
    for label in {label for part in parts for label in part.scores or {}}:
        bounds = [part.scores[label] for part in parts if part.scores and label in part.scores]
        if _is_empty(_both(bounds), 0.0, 1.0):
            return True
    for key in NUMBERS:
        bounds = [given for part in parts if (given := getattr(part, key)) is not None]
        if bounds and _is_empty(_both(bounds), 0.0, float("inf")):
            return True
    for key in _NAMES:
        given = [set(names(listed)) for part in parts if (listed := getattr(part, key)) is not None]
        if given and not set.intersection(*given):
            return True
    return any(
        part.not_ is not None and any(implies(other, part.not_) for other in parts if other != part)
        for part in parts
    )


def implies(first: Condition, second: Condition) -> bool:
    """Whether the second holds on every comment on which the first does."""
    given = list(conjuncts(first))
    return all(
        any(_part_implies(part_of_first, part) for part_of_first in given)
        for part in conjuncts(second)
    )


def _part_implies(first: Condition, other: Condition) -> bool:
    """The same of two conditions of one key each."""
    if first == other:
        return True
    if other.any is not None:
        return any(implies(first, part) for part in other.any)
    if first.any is not None:
        return all(implies(part, other) for part in first.any)
    for label, wide in (other.scores or {}).items():
        return bool(first.scores) and label in first.scores and _lies_in(first.scores[label], wide)  # type: ignore[operator,index]
    for key in NUMBERS:
        narrow, wide = getattr(first, key), getattr(other, key)
        if wide is not None:
            return narrow is not None and _lies_in(narrow, wide)
    for key in (*_NAMES, "list"):
        few: Names | None = getattr(first, key)
        many: Names | None = getattr(other, key)
        if many is not None:
            return few is not None and set(names(few)) <= set(names(many))
    return False


def _ends(bounds: Range) -> tuple[float, float, bool]:
    """Least, most, and whether the most is left out."""
    least = float("-inf") if bounds.at_least is None else bounds.at_least
    most = float("inf") if bounds.at_most is None else bounds.at_most
    if bounds.below is not None and bounds.below <= most:
        return least, bounds.below, True
    return least, most, False


def _lies_in(narrow: Range, wide: Range) -> bool:
    least, most, is_open = _ends(narrow)
    low, high, without = _ends(wide)
    return least >= low and (most < high or (most == high and (is_open or not without)))


def _both(bounds: list[Range]) -> Range:
    ends = [_ends(bound) for bound in bounds]
    most = min(end for _, end, _ in ends)
    is_open = any(end == most and left_out for _, end, left_out in ends)
    least = max(start for start, _, _ in ends)
    return Range(least, None if is_open else most, most if is_open else None)


def _is_empty(bounds: Range | None, low: float, high: float) -> bool:
    """Whether no number from `low` to `high` lies in it."""
    if bounds is None:
        return False
    least, most, is_open = _ends(bounds)
    least = max(least, low)
    return least > min(most, high) or (is_open and least >= most)
