"""The card of the model for other languages: what each language's row says, and the means."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.multilingual_card import figures

FOUND: dict[str, Any] = {
    "labelled": {
        "de": {"texts": 900, "auc": 0.8124, "recall": 0.6, "quiet_held": 0.1},
        "ur": {"texts": 500, "auc": 0.9, "recall": 0.8, "quiet_held": 0.2},
    },
    "news": {"de": {"texts": 100, "held": 0.01}, "fo": {"texts": 300, "held": 0.0}},
    "own": {
        "de": {"to_hold": 14, "quiet": 15, "recall": 0.5, "quiet_held": 0.0},
        "sv": {"to_hold": 12, "quiet": 10, "recall": 1.0, "quiet_held": 0.1},
    },
    "unaccented": {"texts": 80, "with": 0.9, "without": 0.875},
}
SPEED = {"threads": 2, "texts": 660, "ours_per_second": 300.4, "detoxify_per_second": 10.0,
         "ratio": 30.04, "rss_mb": 412.3}  # fmt: skip


def test_a_language_has_what_was_measured_of_it() -> None:
    rows = {row.split(" | ")[0].strip("| "): row for row in figures(FOUND).splitlines()}
    assert rows["de"] == "| de | 0.812 | 60% | 10% | 1.0% | 50% of 14 | 0% of 15 |"
    assert rows["sv"] == "| sv |  |  |  |  | 100% of 12 | 10% of 10 |"
    assert rows["ur"] == "| ur | 0.900 | 80% | 20% |  |  |  |"
    assert "fo" not in rows


def test_news_weigh_by_their_number_and_languages_alike() -> None:
    said = figures(FOUND)
    assert "Mean AUC of the 2 labelled languages 0.856" in said
    assert "75.0% of the abusive are held and 5.0% of the quiet ones" in said
    assert "0.25% held of 400; most in de 1.0%" in said
    assert "87.5% held instead of 90.0%, 2.5 points lost" in said


def test_speed_is_there_if_it_was_measured() -> None:
    assert "times" not in figures(FOUND)
    assert "300 a second" in figures(FOUND | {"speed": SPEED})
    assert "30.0 times" in figures(FOUND | {"speed": SPEED})
