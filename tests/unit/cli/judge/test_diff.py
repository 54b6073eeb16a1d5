"""`moderator diff`: the largest changes first, with their texts only if asked for."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from moderator.cli.judge import diff as diff_module
from moderator.package import shipped
from tests.unit.cli.conftest import Run

CSV = "nr;body;section\n1;you are an asshole;games\n2;hello there;news\n3;what the fuck;games\n"
POLICY = """default = "calm"
[policies.calm.block]
profanity = 1.0
[policies.strict.review]
profanity = 0.3
[policies.strict.block]
profanity = 0.8
[communities]
games = "strict"
"""
COLUMNS = ("--id-column", "nr", "--text-column", "body")


@pytest.fixture
def verdicts(run: Run, tmp_path: Path) -> Path:
    """Of a compressed CSV, judged by a policy that holds nothing."""
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    (tmp_path / "calm.toml").write_text(POLICY.partition("[communities]")[0])
    settings = tmp_path / "m.toml"
    settings.write_text("policy = 'calm.toml'\n")
    output = tmp_path / "v.jsonl"
    result = run(
        "replay", str(tmp_path / "c.csv.gz"), *COLUMNS, "--column", "community=section",
        "-c", str(settings), "-o", str(output),
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return output


def test_the_largest_change_comes_first_without_texts(run: Run, verdicts: Path) -> None:
    policy = verdicts.with_name("strict.toml")
    policy.write_text(POLICY)
    result = run("diff", str(verdicts), "--policy", str(policy))
    changes = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(c["id"], c["after"]) for c in changes] == [("3", "block"), ("1", "review")]
    assert {c["community"] for c in changes} == {"games"}
    assert changes[0]["scores"]["profanity"][0] > 0.5
    assert "fuck" not in result.output


def test_texts_come_from_the_file_that_was_replayed(run: Run, verdicts: Path) -> None:
    policy = verdicts.with_name("strict.toml")
    policy.write_text(POLICY)
    file = str(verdicts.with_name("c.csv.gz"))
    result = run("diff", str(verdicts), "--policy", str(policy), "--texts", file, *COLUMNS)
    texts = [json.loads(line)["text"] for line in result.stdout.splitlines()]
    assert texts == ["what the fuck", "you are an asshole"]


def test_nothing_compared_is_an_error_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    policy = shipped("config/policy.toml")
    result = run("diff", str(tmp_path / "none.jsonl"), "--policy", str(policy))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: nothing was compared: no comment was found")


def test_where_nothing_changes_it_is_said_in_words(
    run: Run, verdicts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diff_module, "is_terminal", lambda: True)
    result = run("diff", str(verdicts), str(verdicts))
    assert "3 comments" in result.stdout
    assert result.stdout.endswith("nothing changes\n")
    assert "rules and scores" not in result.stdout


def test_a_file_of_comments_is_answered_with_how_verdicts_are_made(
    run: Run, tmp_path: Path
) -> None:
    comments = tmp_path / "comments.csv"
    comments.write_text("id,text\n1,a\n")
    result = run("diff", str(comments), str(comments))
    assert result.exit_code == 4
    assert "comments.csv:1: is not a verdict, as `moderator replay --output" in result.stderr
