"""The encoder's windows of tokens: all are seen, none is too long, neighbours overlap."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from moderator.scorers.compact.encoder import token_windows


@given(st.integers(1, 2_000), st.integers(10, 130))
def test_every_token_is_in_a_window_and_neighbours_overlap(tokens: int, room: int) -> None:
    windows = token_windows(list(range(tokens)), room)
    assert windows[0][0] == 0
    assert windows[-1][-1] == tokens - 1
    assert all(len(window) <= room for window in windows)
    for left, right in pairwise(windows):
        assert left[-1] - right[0] + 1 >= room // 5 - 1


def test_what_fits_is_one_window_and_a_little_more_costs_little() -> None:
    assert token_windows(list(range(126)), 126) == [list(range(126))]
    assert sum(map(len, token_windows(list(range(130)), 126))) <= 130 + 26
