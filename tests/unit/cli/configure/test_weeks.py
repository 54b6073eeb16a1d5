"""`model evaluate --feedback`: what people decided, judged anew, by week and rule."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from moderator.cli.main import app
from moderator.feedback.record import Feedback
from moderator.records import Action

POLICY = """
default = "standard"
[policies.standard.review]
profanity = 0.3
[policies.standard.block]
profanity = 0.9
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", "evaluate", *arguments])


@pytest.fixture
def file(feedback_file: Path) -> Path:
    """Where feedback is kept; judged by the lexicon alone."""
    feedback_file.with_name("policy.toml").write_text(POLICY)
    return feedback_file


def keep(file: Path, *given: tuple[str, str, Action]) -> None:
    records = (
        Feedback(source="cli", at=f"{day}T10:00:00+00:00", text=text, action=action)
        for day, text, action in given
    )
    file.write_bytes(b"\n".join(msgspec.json.encode(record) for record in records))


def test_people_and_the_filter_are_compared_by_week(file: Path) -> None:
    keep(
        file,
        ("2026-11-16", "you fucking cunt", Action.ALLOW),
        ("2026-11-24", "you fucking cunt", Action.BLOCK),
        ("2026-11-24", "you fucking cunt number 2", Action.ALLOW),
        ("2026-11-24", "a lovely day", Action.ALLOW),
    )
    done = run("--feedback")
    assert done.exit_code == 0, done.output
    rows = {(row["week"], row["rule"]): row for row in map(json.loads, done.stdout.splitlines())}
    assert set(rows) == {
        ("2026-W48", rule) for rule in ("allow", "block", "block.profanity")
    }  # the first decision about the text was replaced by the second
    blocked = rows["2026-W48", "block.profanity"]
    assert (blocked["agreed"], blocked["decisions"], blocked["precision"][0]) == (1, 2, 0.5)
    assert "cunt" not in done.output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [([], "FILE"), (["x.csv", "--feedback"], "FILE"), (["--feedback"], "nobody has decided")],
)
def test_what_cannot_be_evaluated_is_said(file: Path, arguments: list[str], why: str) -> None:
    file.write_bytes(b"")
    done = run(*arguments)
    assert done.exit_code == 2
    assert why in done.stderr
