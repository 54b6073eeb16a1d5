"""Long texts in pieces: nothing is lost, nothing is cut in mid-word, nothing is too long."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from moderator.scorers.detoxify.batches import batches, padded
from moderator.scorers.detoxify.chunking import Splitter

WINDOW = 66
ROOM = WINDOW - 2
LETTERS = "abcdefghijklmnopqrstuvwxyz.!? \n"


def letters() -> Tokenizer:
    """One token a letter, words split at spaces; 1 and 2 open and close a text."""
    vocabulary = {"?": 0, "[": 1, "]": 2} | {
        letter: i for i, letter in enumerate("abcdefghijklmnopqrstuvwxyz.!", 3)
    }
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[ $A ]", special_tokens=[("[", 1), ("]", 2)]
    )
    return tokenizer


@pytest.fixture
def splitter() -> Splitter:
    return Splitter(letters(), WINDOW)


def read(pieces: list[list[int]]) -> list[str]:
    tokenizer = letters()
    return ["".join(tokenizer.id_to_token(i) or "" for i in ids[1:-1]) for ids in pieces]


def test_a_text_that_fits_is_one_piece_with_its_special_tokens(splitter: Splitter) -> None:
    assert splitter.pieces("ab") == [[1, 3, 4, 2]]
    assert splitter.pieces("") == [[1, 2]]
    assert len(splitter.pieces("a" * ROOM)) == 1


def test_a_longer_text_is_read_in_overlapping_windows_and_by_sentence(splitter: Splitter) -> None:
    sentences = [f"{letter * 7}." for letter in "abcdefghij"]
    assert read(splitter.pieces(" ".join(sentences))) == [
        "".join(sentences[:8]),
        "".join(sentences[7:]),
        *sentences,
    ]


def test_a_long_sentence_is_cut_between_words(splitter: Splitter) -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "iota", "kappa", "mu"]
    words += [word[::-1] for word in words]
    known = set(words)
    for piece in read(splitter.pieces(" ".join(words))):
        rest = piece
        while rest:
            word = next((word for word in known if rest.startswith(word)), None)
            assert word is not None, f"{piece!r} is cut in mid-word"
            rest = rest.removeprefix(word)


def test_a_text_without_any_break_is_cut_anyway(splitter: Splitter) -> None:
    text = "".join(chr(97 + i * i // 7 % 26) for i in range(1000))
    pieces = splitter.pieces(text)
    assert all(len(ids) <= WINDOW for ids in pieces)
    whole = read(pieces)
    assert all(any(text[i : i + 8] in piece for piece in whole) for i in range(1000 - 8))


def test_repeats_are_read_once(splitter: Splitter) -> None:
    assert len(splitter.pieces("no way. " * 1000)) <= 5


def test_dots_inside_numbers_and_addresses_end_no_sentence(splitter: Splitter) -> None:
    text = "aaa. see a.b c. " + "x" * 80
    assert "seea.bc." in read(splitter.pieces(text))


@settings(max_examples=300, deadline=None)
@given(st.text(LETTERS, max_size=400))
def test_every_letter_is_in_a_piece_and_no_piece_is_too_long(text: str) -> None:
    pieces = Splitter(letters(), WINDOW).pieces(text)
    assert all(len(ids) <= WINDOW for ids in pieces)
    assert all(ids[0] == 1 and ids[-1] == 2 for ids in pieces)
    found = "".join(read(pieces))
    whole = text.replace(" ", "").replace("\n", "")
    assert set(found) == set(whole)
    assert len(found) >= len(whole) or len(pieces) < len(text) / ROOM + 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("ab", min_size=1, max_size=9), min_size=10, max_size=60, unique=True))
def test_every_short_passage_is_seen_whole(words: list[str]) -> None:
    """Windows overlap: what spans an eighth of the room is never only seen cut in two."""
    pieces = read(Splitter(letters(), WINDOW).pieces(" ".join(words)))
    for first, second in pairwise(words):
        if len(first + second) <= ROOM // 8:
            assert any(first + second in piece for piece in pieces)


@pytest.mark.parametrize("unit", ["a. ", ".", "!a", "\n", "a", "... ", "?!"])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    splitter = Splitter(letters(), 512)
    began = time.process_time()
    splitter.pieces(unit * (65_536 // len(unit)))
    assert time.process_time() - began < 10


def test_batches_hold_all_once_and_waste_little() -> None:
    lengths = [3, 50, 4, 49, 5, 51, 200, 3]
    groups = list(batches([[0] * n for n in lengths], budget=160))
    assert sorted(i for group in groups for i in group) == list(range(8))
    assert [[lengths[i] for i in group] for group in groups] == [[200], [51, 50, 49], [5, 4, 3, 3]]


def test_an_empty_batch_and_an_empty_input_work() -> None:
    assert list(batches([], 10)) == []
    assert list(batches([[]], 10)) == [[0]]


def test_padding_is_on_the_right_and_masked() -> None:
    ids, mask = padded([[5, 6, 7], [8]], pad_id=1)
    assert ids.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0]]
