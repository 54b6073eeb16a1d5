"""The golden cases: what must be found in a text, and why.

Each fixed false alarm, or miss, adds a line to `tests/cases/profanity.jsonl`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moderator.lexicon import load_lexicon
from moderator.quoting.document import Document
from moderator.scorers.lexicon import LexiconScorer

FILE = Path(__file__).parents[2] / "cases" / "profanity.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def scorer() -> LexiconScorer:
    return LexiconScorer(load_lexicon())


def test_there_are_at_least_four_hundred() -> None:
    assert len({case["text"] for case in CASES}) >= 400
    assert all(case["why"] for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["text"])[:50])
def test_case(case: dict[str, Any], scorer: LexiconScorer) -> None:
    (result,) = scorer.score([Document.of(case["text"])])
    found: dict[bool, list[list[int]]] = {False: [], True: []}
    for match in result.matches:
        found[match.quoted].append([match.start, match.end])
    assert found[False] == case["spans"], case["why"]
    assert found[True] == case.get("quoted", []), case["why"]
