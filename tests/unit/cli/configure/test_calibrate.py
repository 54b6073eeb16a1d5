"""`moderator calibrate` writes a map that the endpoint loads, and says what it does."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from moderator.api.perspective.attributes import ATTRIBUTES
from moderator.api.perspective.scores import ScoreMap
from tests.unit.cli.conftest import Run

TEXTS = ("a lovely day", "you fool", "what the fuck", "shit happens", "you utter bastard")


@pytest.fixture(autouse=True)
def lexicon_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["lexicon"]')


def rows(count: int = 250) -> list[tuple[str, float]]:
    return [(f"{TEXTS[n % 5]} {n}", (n % 5) / 5 + n / 10_000) for n in range(count)]


def test_a_map_is_written_and_described(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lexicon gives profanity, which makes up an attribute only together with obscene.
    monkeypatch.setitem(ATTRIBUTES, "PROFANITY", ("profanity",))
    log, made = tmp_path / "log.jsonl.gz", tmp_path / "map.json"
    with gzip.open(log, "wt") as file:
        for text, score in rows():
            scores = {"PROFANITY": {"summaryScore": {"value": score}}}
            file.write(json.dumps({"comment": {"text": text}, "attributeScores": scores}) + "\n")
    result = run("calibrate", "--perspective", str(log), "--output", str(made))
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert (figures["attribute"], figures["rows"]) == ("PROFANITY", 250)
    assert figures["rank_correlation"] > 0.5
    assert {"theirs", "ours", "agree_before", "agree_after"} <= figures["thresholds"][0].keys()
    assert ScoreMap.load(made).attributes.keys() == {"PROFANITY"}


def test_a_file_without_scores_is_refused(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("text,other\na,1\n")
    assert run("calibrate", "--perspective", str(log)).exit_code == 2


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("log.csv", "nothing,TOXICITY\na,0.5\n", "row 1: has no text, under any of the names"),
        ("log.csv", "text,TOXICITY\na,0.5\nb,5\n", "row 2"),
        ("log.jsonl", '{"text": "a", "TOXICITY": 0.5}\n[]\n', "row 2"),
        ("log.jsonl", '{"text": "a", "attributeScores": {"TOXICITY": 5}}\n', "row 1"),
    ],
)
def test_a_bad_row_is_named(run: Run, tmp_path: Path, name: str, content: str, place: str) -> None:
    log = tmp_path / name
    log.write_text(content)
    result = run("calibrate", "--perspective", str(log))
    assert result.exit_code == 4
    assert place in result.stderr
