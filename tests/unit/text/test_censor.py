"""Masking: what a reader takes for one character is masked as one, all else stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.text.censor import censor


@pytest.mark.parametrize(
    ("text", "spans", "masked"),
    [
        ("Fuck with us.", [(0, 4)], "**** with us."),
        ("a shit b shit", [(9, 13), (2, 6)], "a **** b ****"),
        ("son of a bitch!", [(0, 14)], "*** ** * *****!"),
        ("fu\u0301ck\u0301 it", [(0, 5)], "**** it"),
        ("fuck\u0301\u0316 it", [(0, 4)], "**** it"),
        ("👍🏽 ok", [(0, 1)], "* ok"),
        ("overlap", [(0, 4), (2, 6)], "******p"),
        ("nothing", [], "nothing"),
    ],
)
def test_spans_are_masked(text: str, spans: list[tuple[int, int]], masked: str) -> None:
    assert censor(text, spans) == masked


def test_the_mask_is_a_choice() -> None:
    assert censor("oh shit", [(3, 7)], mask="█") == "oh ████"


@given(st.text(alphabet="ab \u0301\u200d👍🏽é", max_size=30), st.data())
def test_what_lies_apart_from_a_span_stays(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    masked = censor(text, [(start, end)], mask="#")
    assert len(masked) <= len(text)
    assert masked.replace("#", "") == "".join(c for c in masked if c in text and c != "#")
    if start == end:
        assert masked == text or text[start : start + 1] not in ("a", "b", " ")
