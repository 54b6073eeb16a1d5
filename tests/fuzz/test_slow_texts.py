"""Texts made to be slow cost a few times natural text at most; `tests.fuzz.slow` finds them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from moderator.scorers.budget import TextBudget
from tests.fuzz.slow import CASES, LIMIT, judge, natural, text_of

KEPT = [json.loads(line)["fragments"] for line in CASES.read_text(encoding="utf-8").splitlines()]
NAMED = [
    ["[b]f[/b][i]u[/i]"],
    ["f.u-c_k*s/h|i\t"],
    ["f", "u" * 4_000, "ck"],
    ["a. "],
    ["<b>f</b><i>u</i>ck", " "],
    ["f4ck$h1t"],
    ["> \n"],
]


@pytest.fixture(scope="module")
def cost() -> Callable[[str], float]:
    return judge()


@pytest.fixture(scope="module")
def natural_s(cost: Callable[[str], float]) -> float:
    return max(cost(natural()) for _ in range(3))


@pytest.mark.parametrize("fragments", [*NAMED, *KEPT], ids=ascii)
def test_a_slow_text_costs_at_most_three_times_natural_text(
    fragments: list[str], cost: Callable[[str], float], natural_s: float
) -> None:
    text = text_of(fragments)
    assert min(cost(text) for _ in range(2)) <= LIMIT * natural_s


def test_texts_as_long_as_allowed_reach_no_more_windows_than_the_budget(
    cost: Callable[[str], float], natural_s: float
) -> None:
    assert TextBudget.of(250).encoder_windows == 10
    longest = text_of(["f.u-c_k*s/h|i\t"], 65_536)
    assert min(cost(longest) for _ in range(2)) <= 2 * LIMIT * natural_s
