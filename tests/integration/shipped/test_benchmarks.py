"""Benchmarks that judge small cases or disguise all terms, with what ships."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from moderator import Moderator
from moderator.lexicon import load_lexicon
from tests.benchmarks.disguises import words_of
from tests.benchmarks.judgement import suites


def test_every_term_worth_hiding_is_disguised() -> None:
    words = words_of(load_lexicon())
    assert len(words) > 300
    assert {"bitch", "whore", "nigger"} <= set(words)


def test_small_cases_are_right_by_what_they_expect(
    tmp_path: Path, default_moderator: Moderator
) -> None:
    rows = [
        ("Thank you for the lovely photos.", "allow", True),
        ("You stupid fucking idiot.", "not_allow", True),
        ("The museum opens at nine.", "not_allow", False),
    ]
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "reports.jsonl").write_text(
        "\n".join(json.dumps({"text": t, "expect": e, "main": m}) for t, e, m in rows)
    )
    every = suites.reports(default_moderator, tmp_path, main=False)
    main = suites.reports(default_moderator, tmp_path, main=True)
    assert every["right"] == pytest.approx(2 / 3)
    assert (every["abusive"], every["abusive_passed"]) == (2, 1)
    assert (main["cases"], main["right"], main["innocent_held"]) == (2, 1.0, 0)
