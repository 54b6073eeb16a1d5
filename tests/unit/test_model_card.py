"""The model card's figures are put between its marks, and nothing else is touched."""

from pathlib import Path

import pytest

from tests.benchmarks.model_card import BEGIN, END, write

ROW = {"auc": 0.9, "ece": 0.01, "threshold": 0.5, "precision": 0.7, "recall": 0.6, "f1": 0.65}
FOUND = {
    "valid": {"mean_auc": 0.9876, "labels": {"threat": ROW}},
    "test": {"mean_auc": 0.9765, "labels": {"threat": ROW}},
    "evasions": {"as it is": 0.8, "zero_width": 0.75},
    "madlibs": {"auc": 0.98, "worst_auc": {"old": 0.9}, "false_alarms": 0.01,
                "worst_false_alarms": {"old": 0.04}},
    "code_review": {"auc": 0.8, "false_alarms": 0.03},
}  # fmt: skip


def test_figures_replace_those_before(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text(f"before\n{BEGIN}\nold figures\n{END}\nafter\n", "utf-8")
    write(card, FOUND)
    once = card.read_text("utf-8")
    assert once.startswith("before\n")
    assert once.endswith(f"{END}\nafter\n")
    assert "old figures" not in once
    assert "| zero width | 75.0% | 5.0 |" in once
    assert "**0.9876**" in once
    write(card, FOUND)
    assert card.read_text("utf-8") == once


def test_a_card_without_marks_is_left_alone(tmp_path: Path) -> None:
    card = tmp_path / "card.md"
    card.write_text("no marks", "utf-8")
    with pytest.raises(ValueError, match="has no"):
        write(card, FOUND)
    assert card.read_text("utf-8") == "no marks"
