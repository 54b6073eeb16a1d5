"""`moderator score` explains one text, for people and for machines."""

import json
from pathlib import Path

import pytest

from moderator.cli.judge import score as score_module
from moderator.package import shipped
from tests.unit.cli.conftest import Run

TEXT = "American here. Yes. Fuck with us. Please."


def test_a_pipe_gets_a_verdict(run: Run) -> None:
    result = run("score", TEXT)
    assert result.exit_code == 0
    verdict = json.loads(result.stdout)
    assert verdict["action"] in {"review", "block"}
    (match,) = verdict["matches"]
    assert TEXT[match["start"] : match["end"]] == "Fuck"


@pytest.mark.whole
def test_a_terminal_gets_an_explanation(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_module, "is_terminal", lambda: True)
    shown = run("score", "> you whore\n" + TEXT).stdout
    assert "review" in shown or "block" in shown
    assert "≥" in shown
    for label in ("toxicity", "profanity", "identity_attack"):
        assert label in shown
    assert "quoted" in shown


def test_if_quotes_are_charged_their_scores_are_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.toml"
    shared = shipped("config/policy.toml").read_text("utf-8")
    policy.write_text(shared.replace('default = "standard"', 'default = "strict"'), "utf-8")
    monkeypatch.setenv("MODERATOR_POLICY", str(policy))
    monkeypatch.setattr(score_module, "is_terminal", lambda: True)
    shown = run("score", "> you whore\nThat is no way to talk.").stdout
    assert "block" in shown
    assert "score with what is quoted" in shown
    assert "own words" not in shown


def test_standard_input_is_one_text(run: Run) -> None:
    assert json.loads(run("score", stdin=TEXT + "\n").stdout)["action"] in {"review", "block"}


def test_censoring_masks_matches_only(run: Run) -> None:
    assert run("score", "--censor", TEXT).stdout.strip() == TEXT.replace("Fuck", "****")


def test_binary_input_is_refused(run: Run) -> None:
    result = run("score", stdin=b"\xff\xfe")
    assert result.exit_code == 2
    assert "not UTF-8" in result.stderr


@pytest.mark.parametrize("nothing", ["", "\n\n"])
def test_empty_input_is_an_error(run: Run, nothing: str) -> None:
    result = run("score", stdin=nothing)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "standard input is empty" in result.stderr


def test_input_over_the_cap_is_refused_with_the_setting(run: Run) -> None:
    result = run("score", stdin="x" * 70_000)
    assert result.exit_code == 2
    assert "max_text_bytes" in result.stderr
