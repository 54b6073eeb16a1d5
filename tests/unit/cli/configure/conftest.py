"""Feedback kept in a file, for commands that read what people decided."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def feedback_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where feedback is kept; judged by the lexicon alone and by `policy.toml` beside it."""
    monkeypatch.setenv("MODERATOR_POLICY", str(tmp_path / "policy.toml"))
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["lexicon"]')
    monkeypatch.setenv("MODERATOR_FEEDBACK__TO", "file")
    monkeypatch.setenv("MODERATOR_FEEDBACK__FILE", str(tmp_path / "feedback.jsonl"))
    return tmp_path / "feedback.jsonl"
