"""Which windows of a long text the encoder sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from moderator.scorers.compact.selection import WindowLimit
from moderator.scorers.compact.windows import Windows


def choose(
    texts: Sequence[Sequence[str]],
    badness: Sequence[float],
    limit: int,
    unsure: Sequence[int] | None = None,
) -> tuple[list[int], list[bool]]:
    pieces = [piece for text in texts for piece in text]
    starts = np.cumsum([0, *map(len, texts[:-1])])
    positions = np.array(range(len(pieces)) if unsure is None else unsure, dtype=np.int64)
    chosen, over = WindowLimit(limit, len, lambda piece: 2 * len(piece)).choose(
        Windows(pieces, starts), positions, np.array(badness, np.float32)
    )
    return chosen.tolist(), over.tolist()


def test_what_the_limit_allows_is_seen() -> None:
    assert choose([["a", "b"], ["c"]], [1, 2, 3], limit=4) == ([0, 1, 2], [False, False])


def test_of_more_the_first_middle_last_and_worst_are_seen() -> None:
    badness = [0.0, 1.0, 9.0, 0.0, 0.0, 0.0, 5.0, 2.0, 0.0]
    chosen, over = choose([list("abcdefghi")], badness, limit=4)
    assert chosen == [0, 2, 4, 8]
    assert over == [True]


def test_the_limit_is_each_text_s_own() -> None:
    chosen, over = choose([list("abcdefgh"), ["i"]], [1.0] * 9, limit=3)
    assert chosen == [0, 4, 7, 8]
    assert over == [True, False]


def test_equal_windows_are_paid_for_once() -> None:
    chosen, over = choose([["a", "b"] * 20], [1.0] * 40, limit=3)
    assert chosen == list(range(40))
    assert over == [False]


def test_windows_cost_what_they_hold_and_one_is_always_seen() -> None:
    assert choose([["aaaa", "bbbb", "c"]], [1, 1, 1], limit=3) == ([0], [True])
    assert choose([["aa", "bb", "c"]], [1, 1, 1], limit=3) == ([0, 2], [True])


def test_windows_that_the_linear_stage_is_sure_of_are_not_seen() -> None:
    assert choose([list("abcdef")], [1.0] * 6, limit=2, unsure=[1, 3]) == ([1, 3], [False])


@pytest.mark.parametrize("limit", [1, 2])
def test_nothing_unsure_is_nothing_seen(limit: int) -> None:
    assert choose([["a"], ["b"]], [1, 1], limit, unsure=[]) == ([], [False, False])
