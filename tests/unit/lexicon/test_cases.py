"""The golden cases: what must be found in a text, and why.

Each fixed false alarm, or miss, adds a line to `tests/cases/profanity.jsonl`.
"""

from __future__ import annotations

import json
from pathlib import Path

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


def test_each_case(scorer: LexiconScorer) -> None:
    wrong = []
    documents = [Document.of(case["text"]) for case in CASES]
    for case, result in zip(CASES, scorer.score(documents), strict=True):
        found: dict[str, list[list[int]]] = {"spans": [], "quoted": []}
        for match in result.matches:
            found["quoted" if match.quoted else "spans"].append([match.start, match.end])
        if found != {"spans": case["spans"], "quoted": case.get("quoted", [])}:
            wrong.append((case, found))
    assert wrong == []
