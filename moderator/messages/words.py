"""Counts in words, and the name that was meant by a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 replica`, `2,000 replicas`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """For an unknown name: the known one that it is like, or else `otherwise`, or all of them."""
    names = list(known)
    near = get_close_matches(name, names, 1)
    if near:
        return f"did you mean `{near[0]}`?"
    return otherwise or f"known: {', '.join(names) or 'none'}"
