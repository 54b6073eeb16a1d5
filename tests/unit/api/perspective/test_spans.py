"""Sentences and their places in UTF-16."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.api.perspective.spans import MAX_SENTENCES, in_utf16, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three", ["One.", "Two!", "Three"]),
        ('He said "no." And left.', ['He said "no."', "And left."]),
        ("v1.2 costs 3.50 today", ["v1.2 costs 3.50 today"]),
        ("line\n\n  line two ", ["line", "line two"]),
        ("What?! Really…", ["What?!", "Really…"]),
        (" \n ", []),
        ("是。好！ 不", ["是。好！", "不"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text(alphabet=st.sampled_from('a .!?\n"👍é'), max_size=200))
def test_nothing_but_blanks_lies_between_and_utf16_agrees(text: str) -> None:
    spans = sentences(text)
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    encoded = text.encode("utf-16-le")
    for (start, end), (begin, until) in zip(spans, in_utf16(text, spans), strict=True):
        assert encoded[2 * begin : 2 * until].decode("utf-16-le") == text[start:end]


@pytest.mark.parametrize("text", ["!" * 20_000, "a. " * 7_000, "\n" * 20_000, "👍." * 9_000])
def test_long_texts_take_no_longer_than_their_length(text: str) -> None:
    start = time.process_time()
    spans = sentences(text)
    in_utf16(text, spans)
    assert time.process_time() - start < 0.5
    assert len(spans) <= MAX_SENTENCES
