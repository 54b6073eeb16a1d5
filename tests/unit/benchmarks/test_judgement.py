"""The scorecard: which texts are measured, how figures are averaged, and how they are shown."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from moderator.evaluation.held_out import held_out
from tests.benchmarks.judgement import sets, suites
from tests.benchmarks.judgement.scorecard import as_markdown, elsewhere

TRAINING = Path(__file__).parents[3] / "moderator" / "training"


def write(file: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(file, "wt", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_of_a_training_set_only_the_held_out_tenth_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"text {number}" for number in range(300)]
    write(tmp_path / "some.csv.gz", [{"text": text, "bad": len(text) % 2} for text in texts])
    source = sets.Source("some", "tweets", "text", lambda row: row["bad"] == "1")
    monkeypatch.setattr(sets, "SOURCES", {"a": source, "b": source._replace(trained_on=False)})
    part, whole = sets.read_sets(tmp_path, None)
    assert whole.texts == texts
    assert 10 < len(part.texts) < 60
    assert all(held_out(text) for text in part.texts)
    assert part.abusive == [len(text) % 2 == 1 for text in part.texts]
    few, _ = sets.read_sets(tmp_path, 5)
    assert len(few.texts) == 5
    assert set(few.texts) <= set(part.texts)


def test_rows_without_a_verdict_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [("fine", "0.2"), ("unrated", ""), ("foul", "0.5"), ("", "0.9")]
    write(tmp_path / "sbic_dev.csv.gz", [{"text": t, "offensive": o} for t, o in rows])
    monkeypatch.setattr(sets, "SOURCES", {"sbic": sets.SOURCES["sbic"]._replace(trained_on=False)})
    (found,) = sets.read_sets(tmp_path, None)
    assert (found.texts, found.abusive) == (["fine", "foul"], [False, True])


def test_the_mean_is_over_kinds_of_talk_and_not_over_sets() -> None:
    figures = dict.fromkeys(("auc", "f1", "precision", "recall"), 0.0)
    found = {
        f"{domain} {number}": {"domain": domain, **figures, "auc": auc}
        for domain in sets.ELSEWHERE
        for number, auc in enumerate((0.5, 0.7) if domain == "mixed" else (0.9,))
    }
    assert elsewhere({"sets": found})["auc"] == pytest.approx((4 * 0.9 + 0.6) / 5)


def test_functions_are_averaged_by_side() -> None:
    found = {
        "threat": {"cases": 4, "held": 1.0, "right": 0.5},
        "insult": {"cases": 8, "held": 1.0, "right": 1.0},
        "news": {"cases": 4, "held": 0.0, "right": 0.25},
    }
    assert suites.function_means(found) == {"abuse_held": 0.75, "others_passed": 0.25, "mean": 0.5}


def test_each_function_has_cases_on_one_side_and_no_text_comes_twice() -> None:
    rows = suites.cases(suites.FUNCTIONS)
    sides: dict[str, set[bool]] = defaultdict(set)
    for row in rows:
        sides[row["function"]].add(row["held"])
    assert all(len(held) == 1 for held in sides.values())
    assert min(Counter(row["function"] for row in rows).values()) >= 4
    assert len({row["text"].lower() for row in rows}) == len(rows)


def test_no_case_is_trained_on() -> None:
    files = [*TRAINING.rglob("*.tsv"), *TRAINING.rglob("*.toml")]
    trained = "\n".join(file.read_text("utf-8") for file in files).lower()
    texts = [row["text"] for row in suites.cases(suites.FUNCTIONS)]
    assert [text for text in texts if text.lower() in trained] == []


def test_the_scorecard_shows_every_part() -> None:
    decision = {"precision": 0.7, "recall": 0.6, "f1": 0.65}
    held = {"quiet_held": 0.02, "quiet_blocked": 0.001}
    found = {
        "sets": {
            name: {"domain": name, "texts": 1200, "abusive": 100, "auc": 0.9, **decision, **held}
            for name in (*sets.ELSEWHERE, "quiet")
        },
        "wikipedia_valid": {"texts": 10, "mean_auc": 0.99, "ece": 0.005, **decision},
        "wikipedia_test": {"texts": 10, "mean_auc": 0.98, "ece": 0.005, **decision},
        "functions": {"news": {"cases": 4, "held": 0.0, "right": 0.25},
                      "threat": {"cases": 4, "held": 1.0, "right": 0.75}},
        "reports": _reports(894), "reports_main": _reports(161),
        "talk": {"quiet": 128, "quiet_held": 24, "abuse": 69, "abuse_held": 59},
        "evasions": {"as it is": 0.8, "dropped": 0.75, "leet": 0.8},
        "identity": {"auc": 1.0, "false_alarms": 0.001, "worst_auc": {"gay": 0.9},
                     "worst_false_alarms": {"gay": 0.015}},
        "languages": {"fr": {"news": 100, "news_held": 0.01},
                      "de": {"comments": 50, "quiet_held": 0.03, **decision}},
    }  # fmt: skip
    shown = as_markdown(found)
    for part in (
        "| tweets | tweets | 1,200 | 0.900 | 0.700 | 0.600 | 0.650 |",
        "| **mean over kinds of talk** | | | 0.900 |",
        "| quiet | 1,200 | 2.00% | 0.10% |",
        "| test | 10 | 0.9800 | 0.0050 | 0.650 |",
        "abuse held 75.0%, the rest passed 25.0%, mean 0.500",
        "quiet held 24 of 128; abuse held 59 of 69",
        "most lost by *dropped*: 5.0 points",
        "| de | 50 | 3.0% | 60.0% | 0.650 |",
    ):
        assert part in shown


def _reports(cases: int) -> dict[str, float]:
    return {
        "cases": cases, "right": 0.8, "innocent": 80, "innocent_held": 19, "innocent_blocked": 0,
        "abusive": 79, "abusive_passed": 15,
    }  # fmt: skip
