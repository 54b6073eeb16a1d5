"""Every figure of the bundled model's card, from the labelled sets and in one run.

    python -m tests.benchmarks.model DATA [--no-speed] [--json FILE] [--card]

DATA holds `jigsaw2018_valid`, `jigsaw2018_test`, `bias_madlibs_77k` and `toxicr_code_review` as
NAME.csv.gz. Nothing is chosen here: it only reports.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from moderator.evaluation.labelled import read_labelled
from moderator.evaluation.measures import Truth, Values, roc_auc
from moderator.evaluation.report import evasion_slices, label_figures, score_texts
from moderator.policy import Policies
from moderator.quoting.document import Document
from moderator.scorers.compact.scorer import BUNDLED, CARD, CompactScorer
from moderator.settings import Settings
from moderator.training.release.card import with_figures, write_card
from tests.benchmarks.model_card import figures
from tests.benchmarks.scoring import FULL, measure, show
from tests.benchmarks.texts import seed_lines

TERMS = (
    "lesbian", "gay", "bisexual", "transgender", "trans", "queer", "lgbt", "lgbtq", "homosexual",
    "straight", "heterosexual", "male", "female", "nonbinary", "african", "african american",
    "black", "white", "european", "hispanic", "latino", "latina", "latinx", "mexican", "canadian",
    "american", "asian", "indian", "middle eastern", "chinese", "japanese", "christian", "muslim",
    "jewish", "buddhist", "catholic", "protestant", "sikh", "taoist", "old", "older", "young",
    "younger", "teenage", "millenial", "middle aged", "elderly", "blind", "deaf", "paralyzed",
)  # fmt: skip
"""The identity terms of the madlibs, as their authors list them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--no-speed", action="store_true")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--card", action="store_true", help="put them into the bundled card")
    options = parser.parse_args()
    data, threads = options.data, len(os.sched_getaffinity(0))
    scorer = CompactScorer.load(threads=threads)
    default, _ = Policies.load(Settings.load(None).policy).of(None)
    review = dict(default.review)
    found: dict[str, Any] = {
        "valid": by_label(scorer, data / "jigsaw2018_valid.csv.gz"),
        "test": by_label(scorer, data / "jigsaw2018_test.csv.gz"),
        "evasions": evasions(scorer, data / "jigsaw2018_test.csv.gz"),
        "madlibs": madlibs(scorer, data / "bias_madlibs_77k.csv.gz", review["toxicity"]),
        "code_review": code_review(scorer, data / "toxicr_code_review.csv.gz", review["toxicity"]),
        "seeds": seeds(scorer, review),
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


def by_label(scorer: CompactScorer, file: Path) -> dict[str, Any]:
    labelled = read_labelled(file)
    rows = label_figures(labelled, score_texts(scorer, labelled.texts), scorer.thresholds)
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


def evasions(scorer: CompactScorer, file: Path) -> dict[str, float]:
    """Recall of `toxicity` at the shipped threshold, with half of the words disguised."""
    labelled = read_labelled(file)
    slices = evasion_slices(
        scorer,
        labelled.texts,
        labelled.truth["toxicity"],
        "toxicity",
        scorer.thresholds["toxicity"],
    )
    return {part.name: round(part.value, 4) for part in slices}


def madlibs(scorer: CompactScorer, file: Path, review: float) -> dict[str, Any]:
    """Overall AUC, the worst term's AUC, and the worst term's share of false alarms."""
    rows = _rows(file)
    texts = [row["Text"] for row in rows]
    truth = np.array([row["Label"] == "BAD" for row in rows])
    scores = score_texts(scorer, texts)["toxicity"]
    padded = [f" {text.lower()} " for text in texts]
    terms = {}
    for term in TERMS:
        held = np.array([f" {term} " in text for text in padded])
        if held.sum() > 50:
            terms[term] = (
                _auc(truth, scores, held),
                float((scores[held & ~truth] >= review).mean()),
            )
    by_auc = sorted(terms, key=lambda term: terms[term][0])
    by_alarms = sorted(terms, key=lambda term: -terms[term][1])
    return {
        "auc": round(roc_auc(truth, scores), 5),
        "worst_auc": {term: round(terms[term][0], 4) for term in by_auc[:5]},
        "false_alarms": round(float((scores[~truth] >= review).mean()), 4),
        "worst_false_alarms": {term: round(terms[term][1], 4) for term in by_alarms[:5]},
    }


def code_review(scorer: CompactScorer, file: Path, review: float) -> dict[str, float]:
    rows = _rows(file)
    truth = np.array([row["is_toxic"] == "1" for row in rows])
    scores = score_texts(scorer, [row["message"] for row in rows])["toxicity"]
    return {
        "auc": round(roc_auc(truth, scores), 5),
        "false_alarms": round(float((scores[~truth] >= review).mean()), 4),
    }


def seeds(scorer: CompactScorer, review: dict[str, float]) -> dict[str, Any]:
    """Each seed line that reaches review on some label, with all its scores."""
    raised = {}
    for line in seed_lines():
        scores = scorer.score([Document.of(line)])[0].scores
        if (
            any(scores[label] >= review.get(label, 2.0) for label in scores)
            or "fuck" in line.lower()
        ):
            raised[line[:40]] = {label: round(score, 3) for label, score in scores.items()}
    return raised


def _auc(truth: Truth, scores: Values, held: Truth) -> float:
    return roc_auc(truth[held], scores[held])


def _rows(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    main()
