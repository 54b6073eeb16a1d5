"""The seed file, whole: every line gets its verdict, and nobody is charged for a quote."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from moderator import Action, Moderator, Verdict
from moderator.cli.judge.demo_lines import DEMO_LINES
from moderator.package import shipped
from moderator.replay.files import open_rows
from moderator.replay.rows import Columns

(SEEDS,) = shipped("seeds").glob("*.txt")


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[str, Verdict]]:
    rows = list(open_rows([str(SEEDS)], None, Columns()))
    comments = [row.comment for row in rows if row.comment]
    assert len(comments) == len(rows)
    with Moderator.default() as moderator:
        judged = moderator.moderate(comments)
    return [(c.text, verdict) for c, verdict in zip(comments, judged, strict=True)]


def test_every_paragraph_has_a_verdict(verdicts: list[tuple[str, Verdict]]) -> None:
    lines = [line for line in SEEDS.read_text("utf-8").splitlines() if line.strip()]
    assert len(verdicts) == sum(not line.startswith(">") for line in lines)


def test_the_profane_line_is_held_with_span_and_rule(
    verdicts: list[tuple[str, Verdict]],
) -> None:
    ((text, verdict),) = [one for one in verdicts if "Fuck with us" in one[0]]
    assert verdict.action is not Action.ALLOW
    spans = [(m.start, m.end) for m in verdict.matches if not m.quoted]
    assert [text[start:end] for start, end in spans] == ["Fuck"]
    assert all(reason.score >= reason.threshold > 0 for reason in verdict.reasons)
    assert verdict.reasons[0].rule.startswith(f"{verdict.action}.")
    assert verdict.scores["obscene"] > 0.5
    assert verdict.scores["threat"] < 0.3
    assert verdict.scores["identity_attack"] < 0.3


def test_a_line_that_swears_at_nobody_is_not_an_insult(verdicts: list[tuple[str, Verdict]]) -> None:
    ((_, verdict),) = [one for one in verdicts if "fucked up about NATO" in one[0]]
    assert verdict.scores["insult"] < 0.5
    others = [v.scores["obscene"] for text, v in verdicts if "fuck" not in text.lower()]
    assert verdict.scores["obscene"] > 10 * max(others)


def test_nothing_else_is_held(verdicts: list[tuple[str, Verdict]]) -> None:
    held = [text for text, verdict in verdicts if verdict.action is not Action.ALLOW]
    assert all("fuck" in text.lower() for text in held)


def test_a_quote_is_not_charged_to_its_quoter() -> None:
    with Moderator.default() as moderator:
        said, quoted = moderator.moderate(
            ["You are a worthless cunt.", "> You are a worthless cunt.\nPlease be kind."]
        )
    assert said.action is not Action.ALLOW
    assert quoted.action is Action.ALLOW
    assert [match.quoted for match in quoted.matches] == [True]
    assert quoted.scores["profanity"] == 0.0


def test_the_demo_runs_from_queue_to_verdict() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "moderator", "demo"],
        capture_output=True, text=True, timeout=110, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    own = [verdict for verdict in verdicts if verdict["id"].startswith("demo-")]
    assert len(verdicts) - len(own) == 16
    (report,) = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert report["verdicts"] == len(verdicts)
    assert report["dead_letters"] == 1
    actions = dict(
        zip((line.shows for line in DEMO_LINES), (v["action"] for v in own), strict=False)
    )
    for shows in ("disguised words", "a masked slur", "a threat", "no bad word", "a long text"):
        assert actions[shows] in {"review", "block"}, shows
    for shows in ("innocent", "quoted abuse", "Scunthorpe"):
        assert actions[shows] == "allow", shows
    assert [verdict["cached"] for verdict in own] == [False] * 10 + [True]
    assert done.stderr.splitlines()[-4].startswith("  moderator demo --keep")
