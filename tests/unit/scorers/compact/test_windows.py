"""Every character of a long text lies in a window, and the worst window speaks for the text."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.scorers.compact.windows import split, worst


def test_short_texts_stay_whole() -> None:
    windows = split(["one", "two words"], 100)
    assert windows.pieces == ["one", "two words"]
    assert windows.starts.tolist() == [0, 1]


def test_long_texts_are_cut_at_spaces_and_overlap() -> None:
    text = " ".join(f"word{number}" for number in range(200))
    pieces = split([text], 100).pieces
    assert len(pieces) > 10
    assert {word for piece in pieces for word in piece.split()} == set(text.split())
    for left, right in pairwise(pieces):
        assert set(left.split()) & set(right.split())


@given(st.lists(st.text(alphabet="ab c", min_size=1, max_size=400), min_size=1, max_size=4))
def test_nothing_is_lost(texts: list[str]) -> None:
    windows = split(texts, 40)
    bounds = [*windows.starts.tolist(), len(windows.pieces)]
    for text, start, end in zip(texts, bounds, bounds[1:], strict=False):
        pieces = windows.pieces[start:end]
        assert all(piece in text for piece in pieces)
        assert all(len(piece) <= 60 for piece in pieces)
        assert set(text.split()) <= {word for piece in pieces for word in piece.split()} or any(
            len(word) > 20 for word in text.split()
        )


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["a", " ", "a ", "aaaaaaaaaaaaaaaaaaaa "])
def test_hostile_lengths_stay_linear(unit: str) -> None:
    text = unit * 20_000
    assert sum(map(len, split([text], 450).pieces)) <= 3 * len(text) + 450


def test_the_worst_window_speaks_label_by_label() -> None:
    windows = split(["short", "x " * 100], 100)
    logits = np.zeros((len(windows.pieces), 2), dtype=np.float32)
    logits[1, 0], logits[-1, 1] = 3.0, 4.0
    short, long = windows.worst(logits)
    assert short.tolist() == [0.0, 0.0]
    relief = 3.0 - long[0]
    assert long[1] == pytest.approx(4.0 - relief)
    assert 0 < relief < 0.5


def test_the_relief_of_long_texts_is_bounded() -> None:
    flat = [np.zeros((count, 1), np.float32) for count in (1, 2, 8, 1000)]
    lowered = [float(worst(logits, np.array([0]))[0, 0]) for logits in flat]
    assert lowered[0] == 0.0
    assert lowered[0] > lowered[1] > lowered[2] == lowered[3] > -0.5
