"""The model card's figures are put between its marks, and nothing else is touched."""

import pytest

from moderator.training.release.card import (
    FIGURES,
    LANGUAGES,
    SCORECARD,
    unmeasured,
    with_figures,
    with_languages,
    with_scorecard,
)
from tests.benchmarks.model_card import figures

BEGIN, END = FIGURES
ROW = {"auc": 0.9, "ece": 0.01, "threshold": 0.5, "precision": 0.7, "recall": 0.6, "f1": 0.65}
FOUND = {
    "valid": {"mean_auc": 0.9876, "labels": {"threat": ROW}},
    "test": {"mean_auc": 0.9765, "labels": {"threat": ROW}},
    "evasions": {"as it is": 0.8, "zero_width": 0.75},
    "madlibs": {"auc": 0.98, "worst_auc": {"old": 0.9}, "false_alarms": 0.01,
                "worst_false_alarms": {"old": 0.04}},
    "code_review": {"auc": 0.8, "false_alarms": 0.03},
}  # fmt: skip


def test_figures_replace_those_before() -> None:
    once = with_figures(f"before\n{BEGIN}\nold figures\n{END}\nafter\n", figures(FOUND))
    assert once.startswith("before\n")
    assert once.endswith(f"{END}\nafter\n")
    assert "old figures" not in once
    assert "| zero width | 75.0% | 5.0 |" in once
    assert "**0.9876**" in once
    assert with_figures(once, figures(FOUND)) == once


@pytest.mark.parametrize("card", ["no marks", f"{BEGIN} no end"])
def test_a_card_without_marks_is_refused(card: str) -> None:
    with pytest.raises(ValueError, match="has no"):
        with_figures(card, figures(FOUND))


def test_the_scorecard_has_its_own_marks_and_a_new_model_has_neither() -> None:
    card = f"{BEGIN}\nold\n{END}\nwords\n{SCORECARD[0]}\nold\n{SCORECARD[1]}\n"
    measured = with_scorecard(with_figures(card, "figures"), "scorecard")
    assert measured.index("figures\n") < measured.index("words") < measured.index("scorecard\n")
    assert "old" not in measured
    struck = unmeasured(measured)
    assert struck.count("Not measured yet") == 2
    assert "words" in struck


def test_the_second_models_figures_have_marks_that_name_their_command() -> None:
    card = with_languages(f"before\n{LANGUAGES[0]}\nold\n{LANGUAGES[1]}\nafter\n", "new")
    assert card == f"before\n{LANGUAGES[0]}\n\nnew\n{LANGUAGES[1]}\nafter\n"
    assert "tests.benchmarks.multilingual" in LANGUAGES[0]
