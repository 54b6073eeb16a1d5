"""The encoder's windows of tokens: all are seen, none is too long, neighbours overlap."""

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.errors import ModelError
from moderator.scorers.compact.encoder import EncoderModel, token_windows
from moderator.scorers.compact.scorer import CompactScorer, open_folder


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


def test_a_tokenizer_without_its_marks_is_refused() -> None:
    folder = open_folder()
    settings = msgspec.structs.replace(folder.manifest.settings.encoder, last="[NONE]")
    with pytest.raises(ModelError, match=r"no token '\[NONE\]'"):
        EncoderModel(folder.path("encoder.onnx"), folder.read("tokenizer.json"), settings, 1)


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    folder = open_folder()
    (tmp_path / "encoder.onnx").write_bytes(b"no graph")
    for graph in (tmp_path / "encoder.onnx", b"no graph"):
        with pytest.raises(ModelError, match="the encoder does not load"):
            EncoderModel(graph, folder.read("tokenizer.json"), folder.manifest.settings.encoder, 1)


def test_the_scorer_keeps_no_graph_beside_what_was_made_of_it() -> None:
    session = CompactScorer.load()._stages._encoder._session
    kept = [value for value in vars(session).values() if isinstance(value, bytes)]
    assert sum(map(len, kept)) == 0
