"""`moderator policy lint` reports findings and ends with a code for scripts."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

POLICY = """
default = "p"
[policies.p]
rules = [
  {name = "links", action = "block", when = {links = {at_least = 1}}},
  {name = "new", action = "review", when = {account_age_days = {below = 7}}},
  {name = "words", action = "review", when = {match = {term = "noob"}}},
]
[communities.games.lexicon]
add = ["noob"]
"""


@pytest.fixture(autouse=True)
def lexicon_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["lexicon"]')


def test_a_sound_policy_has_no_findings(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    result = run("policy", "lint", str(policy), "--strict")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_rule_that_a_sample_never_fires_is_named(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    sample = tmp_path / "sample.jsonl"
    comments = [
        {"text": "see http://a.example"},
        {"text": "noob", "community": "games"},
        {"text": "noob"},
        {"text": "x", "context": {"account_age_days": 9}},
    ]
    sample.write_text("".join(json.dumps(one) + "\n" for one in comments))
    result = run("policy", "lint", str(policy), "--sample", str(sample), "--strict")
    assert result.exit_code == 1
    (finding,) = map(json.loads, result.stdout.splitlines())
    assert (finding["kind"], finding["where"]) == ("never_fires", "policies.p.rules.new")


def test_a_term_that_no_lexicon_has_is_named(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY.replace('"noob"}', '"n00b"}'))
    result = run("policy", "lint", str(policy))
    (finding,) = map(json.loads, result.stdout.splitlines())
    assert (finding["kind"], finding["where"]) == ("unknown_term", "policies.p.rules.words")


def test_a_refused_policy_ends_with_2(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("default = 'q'\n[policies.p]\nreview = {rude = 0.5}")
    result = run("policy", "lint", str(policy))
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
