"""A fit from a log: maps that hold as many, written so that the endpoint loads them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest

from moderator.api.perspective.fit import fit
from moderator.api.perspective.log import LogRow, read_log
from moderator.api.perspective.scores import ScoreMap
from moderator.records import Verdict, verdict_from_json


def verdict(**scores: float) -> Verdict:
    return verdict_from_json(
        json.dumps(
            {
                "id": "1", "action": "allow", "reasons": [], "scores": scores, "matches": [],
                "scorer": {"name": "s", "version": "1"}, "policy": {"name": "p", "version": "1"},
                "cached": False, "degraded": False, "scored_at": "2026-01-01T00:00:00Z",
                "latency_ms": 1.0,
            }
        )
    )  # fmt: skip


def test_thresholds_keep_their_meaning(tmp_path: Path) -> None:
    theirs = np.random.default_rng(5).random(4_000)
    rows = [LogRow("a", {"TOXICITY": float(score), "INSULT": 0.5}) for score in theirs]
    verdicts = [verdict(toxicity=float(score) ** 2) for score in theirs]
    (found,) = fit(rows, verdicts)  # of INSULT there are no scores of ours
    assert (found.attribute, found.rows) == ("TOXICITY", 4_000)
    assert found.correlation == pytest.approx(1)
    assert found.ours_at(0.5) == pytest.approx(0.25, abs=0.02)
    assert found.after[0].agree > 0.99 > 0.85 > found.before[0].agree
    file = tmp_path / "map.json"
    file.write_bytes(msgspec.json.encode(ScoreMap("1", {"TOXICITY": found.knots})))
    assert ScoreMap.load(file).attributes["TOXICITY"].at(0.25) == pytest.approx(0.5, abs=0.02)


def test_few_rows_make_no_map() -> None:
    assert fit([LogRow("a", {"TOXICITY": 0.5})] * 199, [verdict(toxicity=0.5)] * 199) == []


def test_a_log_may_be_a_table_or_answers(tmp_path: Path) -> None:
    table, answers = tmp_path / "log.csv", tmp_path / "log.jsonl"
    table.write_text("comment,toxicity,INSULT,SPAM\na,0.5,,1\nb,,,1\n")
    answer = {
        "comment": {"text": "a"},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0.5}}},
    }
    answers.write_text(json.dumps(answer) + "\n\n")
    expected = [LogRow("a", {"TOXICITY": 0.5})]
    assert list(read_log(table, {})) == list(read_log(answers, {})) == expected
    assert list(read_log(table, {"THREAT": "toxicity"})) == [LogRow("a", {"THREAT": 0.5})]
