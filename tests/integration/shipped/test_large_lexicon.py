"""A lexicon of many entries: what one of them costs does not depend on how many there are."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from moderator.lexicon.compiler import CompiledLexicon, compile_lexicon
from moderator.lexicon.entries.lint import examine
from moderator.lexicon.entries.reader import _File, _Lines
from tests.unit.lexicon.test_masks import words

FEW, MANY = 150, 600
CALLS = 600
"""Function calls of Python that one entry of the costliest kind may take."""
PATTERNS = 45
"""Patterns that one of these entries, none inflected, may have in the automaton of plain text."""


def lexicon_file(folder: Path, count: int) -> Path:
    """Terms of six letters, all different, of a severity that pays to disguise."""
    path = folder / f"{count}.toml"
    entries = ",\n".join(f'"{word}"' for word in words(count))
    path.write_text(
        'language = "en"\n[[terms]]\ncategory = "insult"\nseverity = 2\n'
        f'within = "start"\nentries = [\n{entries}\n]\n'
    )
    return path


def compiled(path: Path) -> CompiledLexicon:
    lexicon, faults = examine([path])
    assert faults == []
    return compile_lexicon(lexicon)


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, of Python or built in, the work calls: unlike time always the same."""
    count = 0

    def on_event(_frame: object, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(on_event)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_an_entry_takes_as_many_steps_whatever_the_size(tmp_path: Path) -> None:
    sizes = 1, FEW, MANY
    compiled(lexicon_file(tmp_path, 1))  # what all lexicons share is made with the first
    one, few, many = (calls_of(partial(compiled, lexicon_file(tmp_path, n))) for n in sizes)
    of_few, of_many = (few - one) / (FEW - 1), (many - one) / (MANY - 1)
    assert of_many < CALLS
    assert of_many == pytest.approx(of_few, rel=0.05)


def test_an_entry_gives_as_many_patterns_whatever_the_size(tmp_path: Path) -> None:
    one, few, many = (
        len(compiled(lexicon_file(tmp_path, count)).patterns) for count in (1, FEW, MANY)
    )
    assert (many - one) / (MANY - 1) < PATTERNS
    assert (many - one) / (MANY - 1) == pytest.approx((few - one) / (FEW - 1), rel=0.1)


def test_the_patterns_of_a_term_share_their_meaning(tmp_path: Path) -> None:
    found = compiled(lexicon_file(tmp_path, MANY)).patterns
    assert len({id(pattern) for pattern in found}) < 4 * MANY


@pytest.mark.parametrize("quote", ['"', "'"])
def test_the_lines_of_entries_are_found_in_one_pass(quote: str) -> None:
    entries = [f"entry {number}" for number in range(100_000)]
    text = "".join(f"{quote}{entry}{quote},\n" for entry in entries)
    started = time.process_time()
    lines = _Lines(Path("x.toml"), text)
    assert all(lines.where(entry) == f"x.toml:{at}" for at, entry in enumerate(entries, 1))
    assert {lines.where(f"{number}, not there") for number in range(1_000)} == {"x.toml:100000"}
    assert time.process_time() - started < 5  # many times as long if each began at the start


def test_all_terms_may_be_known_everywhere() -> None:
    entries = [f"entry {number}" for number in range(40_000)]
    file = msgspec.convert({"language": "en", "everywhere": entries}, _File)
    started = time.process_time()
    assert all(entry in file.everywhere for entry in entries)
    assert time.process_time() - started < 2  # some seconds if all were compared
