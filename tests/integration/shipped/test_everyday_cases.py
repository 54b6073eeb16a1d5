"""Texts with what a moderator would do, judged by the filter as it ships.

Written without a look at what the filter says; nothing is trained on them. A retrained model may
miss a few, but blocks no innocent one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderator import Action, Moderator

FILE = Path(__file__).parents[2] / "cases" / "everyday.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LEAST_RIGHT = 0.95


def test_nearly_all_are_judged_as_a_moderator_would(default_moderator: Moderator) -> None:
    verdicts = default_moderator.moderate([case["text"] for case in CASES])
    judged = list(zip(CASES, verdicts, strict=True))
    wrong = [(c, v.action) for c, v in judged if (v.action is not Action.ALLOW) != c["held"]]
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(CASES), wrong
    assert [c for c, v in judged if v.action is Action.BLOCK and not c["held"]] == []


def test_each_case_is_there_once() -> None:
    assert len({case["text"] for case in CASES}) == len(CASES) > 700


@pytest.mark.parametrize(
    ("quiet", "abusive"),
    [
        ("Black people are human beings too.", "Black people are no human beings."),
        ("She must die in the last act.", "She must die for what she did to us."),
        ("If looks could kill!", "I could kill you!"),
    ],
)
def test_the_filter_judges_what_is_meant(
    default_moderator: Moderator, quiet: str, abusive: str
) -> None:
    passed, held = default_moderator.moderate([quiet, abusive])
    assert passed.action is Action.ALLOW
    assert held.action is not Action.ALLOW
