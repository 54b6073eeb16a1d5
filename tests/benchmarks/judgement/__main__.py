"""One scorecard over all sets: how the filter judges, as a user gets it.

    python -m tests.benchmarks.judgement DATA [--quick] [--json FILE] [--card]

DATA is a folder of labelled sets, each NAME.csv.gz (see `sets.SOURCES`), with `cases/` and
`multilingual/`. All texts are judged by `Moderator` with default settings: "held" is review or
block at the standard policy. Nothing is chosen here: it only reports.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from moderator import Moderator
from moderator.evaluation.judged import judge_texts
from moderator.evaluation.measures import decision, roc_auc
from moderator.scorers.compact.scorer import BUNDLED, CARD
from moderator.training.release.card import with_scorecard, write_card
from tests.benchmarks.judgement import suites
from tests.benchmarks.judgement.scorecard import as_markdown
from tests.benchmarks.judgement.sets import read_sets
from tests.benchmarks.reporting import report

QUICK = 200
"""Texts of each set with --quick."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--quick", action="store_true", help=f"at most {QUICK} texts of each set")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--card", action="store_true", help="put the table into the bundled card")
    options = parser.parse_args()
    with Moderator.default() as moderator:
        found = measure(moderator, options.data, QUICK if options.quick else None)
    table = as_markdown(found)
    report(found, table, options.json)
    if options.card:
        write_card(with_scorecard((BUNDLED / CARD).read_text("utf-8"), table))


def measure(moderator: Moderator, data: Path, most: int | None) -> dict[str, Any]:
    """Every figure, by part of the scorecard; at most `most` texts of each set."""
    console = Console(stderr=True)
    found: dict[str, Any] = {"sets": {}, "quick": most is not None}
    for texts in read_sets(data, most):
        _note(console, texts.name)
        judged = judge_texts(moderator.moderate, texts.texts)
        abusive = np.array(texts.abusive)
        found["sets"][texts.name] = {
            "domain": texts.domain,
            "texts": len(abusive),
            "abusive": int(abusive.sum()),
            "auc": roc_auc(abusive, judged.scores["toxicity"]),
            **decision(abusive, judged.held)._asdict(),
            "quiet_held": float(judged.held[~abusive].mean()),
            "quiet_blocked": float(judged.blocked[~abusive].mean()),
        }
    parts: dict[str, Callable[[], Any]] = {
        "wikipedia_valid": lambda: suites.wikipedia(moderator, data, "valid", most),
        "wikipedia_test": lambda: suites.wikipedia(moderator, data, "test", most),
        "functions": lambda: suites.functions(moderator),
        "reports": lambda: suites.reports(moderator, data, main=False),
        "reports_main": lambda: suites.reports(moderator, data, main=True),
        "talk": lambda: suites.everyday_talk(moderator),
        "evasions": lambda: suites.evasions(moderator, data, most),
        "identity": lambda: suites.identity(moderator, data, most),
        "languages": lambda: suites.other_languages(moderator, data, most),
    }
    for name, part in parts.items():
        _note(console, name)
        found[name] = part()
    return found


def _note(console: Console, name: str) -> None:
    if console.is_terminal:
        console.print(f"judging: {name}")


if __name__ == "__main__":
    main()
