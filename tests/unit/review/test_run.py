"""What `moderator review` refuses to start with, and which settings are whose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from moderator.cli.main import app
from moderator.errors import SettingsError
from moderator.review.run import listening_as_review
from moderator.settings import Settings


def load(**tables: Any) -> Settings:
    return Settings.load(None, {"feedback": {"to": "topic"}, **tables})


def test_decisions_need_the_topic() -> None:
    with pytest.raises(SettingsError, match=r"feedback\.to must be `topic`"):
        listening_as_review(load(feedback={"to": "file"}, review={"tokens": "t.toml"}))


def test_nobody_sees_texts_without_a_token() -> None:
    with pytest.raises(SettingsError, match=r"review\.tokens is not set.*--may review"):
        listening_as_review(load())


def test_address_and_tokens_are_its_own_and_limits_those_of_serve() -> None:
    own = listening_as_review(load(serve={"tokens": "api.toml", "idle_s": 7, "with_worker": True}))
    assert own.serve.tokens == Path("api.toml")
    assert (own.serve.port, own.serve.idle_s, own.serve.with_worker) == (8081, 7, False)
    tables = {"serve": {"tokens": "api.toml"}, "review": {"tokens": "people.toml", "port": 9}}
    own = listening_as_review(load(**tables))
    assert (own.serve.tokens, own.serve.port) == (Path("people.toml"), 9)


def test_the_command_says_what_is_missing_and_ends_with_2(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    monkeypatch.setattr("moderator.processes.stopping.exit_at_once", ended.append)
    CliRunner().invoke(app, ["review"])
    assert ended == [2]
    shown = CliRunner().invoke(app, ["review", "--help"], env={"COLUMNS": "200"})
    assert "moderator serve token new anna --may review" in shown.output
