"""Commands judge by what was pushed last if the settings follow the topic of policies."""

import json
from pathlib import Path

import pytest

from moderator.errors import BrokerError
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.reload import known
from tests.unit.cli.conftest import Run

TEXT = "what the fuck"


def policy(at: float) -> str:
    return f'default = "p"\n[policies.p.review]\nprofanity = {at}\n'


@pytest.fixture(autouse=True)
def follows_the_topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lax.toml").write_text(policy(0.99))
    (tmp_path / "strict.toml").write_text(policy(0.1))
    (tmp_path / "texts.txt").write_text(f"{TEXT}\n")
    monkeypatch.setenv("MODERATOR_POLICY", str(tmp_path / "lax.toml"))
    monkeypatch.setenv("MODERATOR_POLICIES__SOURCE", "topic")
    monkeypatch.chdir(tmp_path)


@pytest.mark.timeout(120)
def test_what_was_pushed_judges(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedBroker() as broker:
        monkeypatch.setenv("MODERATOR_KAFKA__BOOTSTRAP_SERVERS", broker.address)
        assert json.loads(run("score", TEXT).stdout)["action"] == "allow"  # nothing is pushed yet
        stored = run("replay", "texts.txt").stdout
        Path("verdicts.jsonl").write_text(stored)
        assert run("policy", "push", "strict.toml").exit_code == 0
        first = json.loads(run("policy", "log").stdout)
        replaced = run("policy", "push", "strict.toml", "-m", "again").stderr
        assert f"in place of {first['version']}, pushed {first['pushed_at'][:10]}" in replaced
        for command in (("score", TEXT), ("replay", "texts.txt")):
            assert json.loads(run(*command).stdout)["action"] == "review", command
        explained = json.loads(run("explain", TEXT).stdout)
        assert explained["verdict"]["action"] == "review"
        assert explained["policy"]["review"] == {"profanity": 0.1}
        tried = run("backtest", "lax.toml", "texts.txt", "--no-text").stdout.splitlines()
        assert json.loads(tried[0])["actions"] == {"review→allow": 1}


def test_without_a_broker_the_file_counts_and_it_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise BrokerError("no broker answers")

    monkeypatch.setattr(known, "known_policies", refuse)
    result = run("score", TEXT)
    assert json.loads(result.stdout)["action"] == "allow"
    assert "warning: what was pushed is not known" in result.stderr
    assert "no broker answers" in result.stderr
