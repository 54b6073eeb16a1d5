"""`moderator explain` shows what led to a verdict, for people and for machines."""
# ruff: noqa: E501 (a case a line reads best)

import json
from pathlib import Path

import pytest

from moderator.cli.judge import explain as explain_module
from tests.unit.cli.conftest import Run

POLICY = """
default = "p"
[policies.p]
review = {profanity = 0.5}
rules = [
  {name = "links", action = "block", when = {links = {at_least = 1}}},
  {name = "shouting", action = "review", when = {length = {at_least = 3}, mentions = {at_least = 1}}},
]
"""
TEXT = "http://a.example what the fuck"


@pytest.fixture(autouse=True)
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    monkeypatch.setenv("MODERATOR_POLICY", str(path))


def test_a_text_is_judged_and_explained(run: Run) -> None:
    result = run("explain", TEXT)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["stored"], found["verdict"]["action"]) == (False, "block")
    assert found["fired"] == ["block.links"]
    assert found["nearly"] == [
        {"rule": "review.shouting", "missing": "{ mentions = { at_least = 1 } }"}
    ]
    assert (found["weighed"], found["words"][0]["word"]) == ("profanity", "fuck")
    assert found["explanation"]["spans"][0]["text"] == "fuck"
    assert 'the rule "links"' in found["statement"]
    assert found["policy_in_force"] == found["verdict"]["policy"]


def test_a_terminal_gets_tables(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "is_terminal", lambda: True)
    shown = run("explain", TEXT).stdout
    for part in (
        "block",
        "nearly",
        "words that weigh most in profanity: fuck",
        "statement of reasons",
    ):
        assert part in shown


def test_the_statement_alone(run: Run) -> None:
    assert run("explain", TEXT, "--statement").stdout.startswith("Your comment in our comments of")


def test_an_id_without_a_verdict_is_refused(run: Run) -> None:
    result = run("explain", "--id", "a")
    assert result.exit_code == 2
    assert "no verdict is kept for the id 'a'" in result.stderr


def test_an_id_without_a_verdict_is_judged_as_a_text_and_that_is_said(run: Run) -> None:
    result = run("explain", "c-1")
    assert json.loads(result.stdout)["text"] == "c-1"
    assert "no verdict is kept for the id 'c-1': judged as a text" in result.stderr
    for given in (("explain", "--text", "c-1"), ("explain", "two words")):
        assert run(*given).stderr == ""
