"""`moderator tune`: says what it would change, writes it on request, refuses too little."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from moderator.cli.main import app
from moderator.feedback.record import Feedback
from moderator.records import Action

AT = "2026-11-25T20:00:00+00:00"
POLICY = """
default = "standard"
[policies.standard.review]
profanity = 0.3
[policies.standard.block]
profanity = 0.9
insult = 0.5
[policies.other.block]
profanity = 0.9
"""

Run = Callable[..., Result]


def decided(text: str, action: Action | None, **more: object) -> Feedback:
    return Feedback(source="cli", text=text, at=AT, action=action, **more)  # type: ignore[arg-type]


@pytest.fixture
def run(feedback_file: Path) -> Run:
    """Runs the command on a file of feedback, with the lexicon alone."""
    feedback_file.with_name("policy.toml").write_text(POLICY)

    def tune(feedback: list[Feedback], *arguments: str) -> Result:
        lines = b"\n".join(msgspec.json.encode(one) for one in feedback)
        feedback_file.write_bytes(lines)
        return CliRunner().invoke(app, ["tune", *arguments])

    return tune


MILD = [decided(f"what the hell number {n}", Action.ALLOW) for n in range(150)]
GRAVE = [decided(f"you fucking cunt number {n}", Action.BLOCK) for n in range(150)]
QUIET = [decided(f"quite harmless number {n}", Action.BLOCK) for n in range(150)]


def test_fits_between_what_people_allowed_and_what_they_blocked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "fitted.toml"
    done = run(MILD + GRAVE, "--target", "precision=0.95", "--write", str(file))
    assert done.exit_code == 0, done.output
    rows = {(row["policy"], row["label"]): row for row in map(json.loads, done.stdout.splitlines())}
    fitted = rows["standard", "profanity"]
    assert fitted["held"] == 150
    assert fitted["precision"][0] == 1.0
    assert rows["standard", "insult"]["note"].startswith("refused: 0 decisions")
    assert rows["other", "profanity"]["fitted"] is None
    written = tomllib.loads(file.read_text())
    assert written["policies"]["standard"]["block"] == {
        "profanity": pytest.approx(fitted["fitted"][0], abs=1e-4)
    }
    assert "fuck" not in done.output


def test_what_nobody_would_hold_today_is_no_sample(run: Run) -> None:
    """Texts without a score were seen only since something else had held them."""
    rows = run(GRAVE + QUIET, "--target", "precision=0.9", "--policy", "standard").stdout
    fitted = next(row for row in map(json.loads, rows.splitlines()) if row["label"] == "profanity")
    assert fitted["decisions"] == 150
    assert fitted["fitted"][0] > 0.3


def test_the_last_decision_counts_and_suggestions_do_not(run: Run) -> None:
    regretted = [decided(one.text, Action.ALLOW) for one in GRAVE]
    done = run(GRAVE + regretted, "--target", "precision=0.9")
    assert done.exit_code == 1
    undone = [decided(one.text, None, undone=True) for one in GRAVE]
    suggested = [decided(one.text, None, scores={"TOXICITY": 1.0}) for one in GRAVE]
    done = run(GRAVE + undone + suggested, "--target", "precision=0.9")
    assert done.exit_code == 2
    assert "nobody has decided" in done.stderr


def test_too_little_ends_with_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "fitted.toml"
    done = run(GRAVE[:50], "--target", "precision=0.95", "--write", str(file))
    assert done.exit_code == 1
    assert "50 decisions, at least 100 needed" in done.stdout
    assert not file.exists()


@pytest.mark.parametrize("target", ["0.95", "precision=1.5", "precision=0", "recall=0.9"])
def test_an_impossible_target_is_refused(run: Run, target: str) -> None:
    assert run(GRAVE, "--target", target).exit_code == 2
