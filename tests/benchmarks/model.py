"""Every figure of the bundled model's card, from the labelled sets and in one run.

    python -m tests.benchmarks.model DATA [--no-speed] [--json FILE] [--card]

DATA holds `jigsaw2018_valid`, `jigsaw2018_test`, `bias_madlibs_77k` and `toxicr_code_review` as
NAME.csv.gz. Texts are judged by `Moderator` with default settings, as a user's are. Nothing is
chosen here: it only reports.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from moderator import Action, Moderator
from moderator.evaluation.judged import judge_texts
from moderator.evaluation.labelled import read_labelled
from moderator.evaluation.measures import roc_auc
from moderator.evaluation.report import evasion_slices, label_figures
from moderator.scorers.compact.scorer import BUNDLED, CARD, CompactScorer
from moderator.settings import Settings
from moderator.training.release.card import with_figures, write_card
from tests.benchmarks.identity import identity_figures
from tests.benchmarks.model_card import figures
from tests.benchmarks.scoring import FULL, measure, show
from tests.benchmarks.texts import rows_of, seed_lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--card", action="store_true", help="put them into the bundled card")
    options = parser.parse_args()
    data, threads = options.data, len(os.sched_getaffinity(0))
    scorer = CompactScorer.load()
    settings = Settings.model_validate({"scorers": {"threads": threads}})
    with Moderator.from_settings(settings) as moderator:
        found: dict[str, Any] = {
            "valid": by_label(moderator, scorer, data / "jigsaw2018_valid.csv.gz"),
            "test": by_label(moderator, scorer, data / "jigsaw2018_test.csv.gz"),
            "evasions": evasions(moderator, scorer, data / "jigsaw2018_test.csv.gz"),
            "madlibs": madlibs(moderator, data / "bias_madlibs_77k.csv.gz"),
            "code_review": code_review(moderator, data / "toxicr_code_review.csv.gz"),
            "seeds": seeds(moderator),
        }
    print(json.dumps(found, indent=1))
    if not options.no_speed:
        speed = measure(data / "jigsaw2018_valid.csv.gz", FULL, threads)
        show(speed)
        found["speed"] = speed._asdict()
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if options.card:
        card = (BUNDLED / CARD).read_text("utf-8")
        write_card(with_figures(card, figures(found)))


def by_label(moderator: Moderator, scorer: CompactScorer, file: Path) -> dict[str, Any]:
    labelled = read_labelled(file)
    judged = judge_texts(moderator.moderate, labelled.texts)
    rows = label_figures(labelled, judged.scores, scorer.thresholds)
    return {
        "mean_auc": round(float(np.mean([row.auc for row in rows])), 5),
        "labels": {
            row.label: {
                "auc": round(row.auc, 5),
                "ece": round(row.calibration_error, 5),
                "threshold": row.threshold,
                **{name: round(value, 4) for name, value in row.decision._asdict().items()},
            }
            for row in rows
        },
    }


def evasions(moderator: Moderator, scorer: CompactScorer, file: Path) -> dict[str, float]:
    """The share of toxic texts held, as they are and with their abusive words disguised."""
    labelled = read_labelled(file)
    toxic = labelled.truth["toxicity"]
    texts = [text for text, is_toxic in zip(labelled.texts, toxic, strict=True) if is_toxic]
    slices = evasion_slices(moderator.moderate, scorer.linear_logits, texts)
    return {part.name: round(part.value, 4) for part in slices}


def madlibs(moderator: Moderator, file: Path) -> dict[str, Any]:
    """Bias on sentences that name a group (see `tests.benchmarks.identity`)."""
    rows = rows_of(file)
    texts = [row["Text"] for row in rows]
    return identity_figures(moderator, texts, [row["Label"] == "BAD" for row in rows])


def code_review(moderator: Moderator, file: Path) -> dict[str, float]:
    """AUC of `toxicity`, and the share of comments held that their raters found quiet."""
    rows = rows_of(file)
    truth = np.array([row["is_toxic"] == "1" for row in rows])
    judged = judge_texts(moderator.moderate, [row["message"] for row in rows])
    return {
        "auc": round(roc_auc(truth, judged.scores["toxicity"]), 5),
        "false_alarms": round(float(judged.held[~truth].mean()), 4),
    }


def seeds(moderator: Moderator) -> dict[str, Any]:
    """Each seed line that is held, with its action and all its scores."""
    return {
        line[:40]: {
            "action": verdict.action.value,
            **{label: round(score, 3) for label, score in verdict.scores.items()},
        }
        for line, verdict in zip(seed_lines(), moderator.moderate(seed_lines()), strict=True)
        if verdict.action is not Action.ALLOW
    }


if __name__ == "__main__":
    main()
