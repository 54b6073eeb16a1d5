"""Suites of the scorecard besides its sets: small cases, evasions, identity terms, languages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from moderator import Action, Moderator
from moderator.evaluation.judged import judge_texts
from moderator.evaluation.labelled import read_labelled
from moderator.evaluation.measures import decision, expected_calibration_error, roc_auc
from moderator.evaluation.report import PLAIN, evasion_slices
from moderator.scorers.compact import CompactScorer
from tests.benchmarks import talk
from tests.benchmarks.identity import identity_figures
from tests.benchmarks.judgement.sets import sample
from tests.benchmarks.texts import rows_of

FUNCTIONS = Path(__file__).parents[2] / "cases" / "functions.jsonl"
_MADLIBS, _MADLIBS_QUICK = 15_000, 4_000
_QUICK_NEWS = 25
"""News sentences of each language in a quick run."""
Figures = dict[str, float]


def wikipedia(moderator: Moderator, data: Path, part: str, most: int | None) -> Figures:
    """Mean AUC of the six labels, calibration of `toxicity`, and held-or-not against any label."""
    labelled = read_labelled(data / f"jigsaw2018_{part}.csv.gz")
    texts = labelled.texts[:most]
    truth = {label: holds[:most] for label, holds in labelled.truth.items()}
    judged = judge_texts(moderator.moderate, texts)
    held = decision(np.any(np.stack(list(truth.values())), axis=0), judged.held)
    aucs = [roc_auc(holds, judged.scores[label]) for label, holds in truth.items()]
    return {
        "texts": len(texts),
        "mean_auc": float(np.nanmean(aucs)),
        "ece": expected_calibration_error(truth["toxicity"], judged.scores["toxicity"]),
        **held._asdict(),
    }


def functions(moderator: Moderator) -> dict[str, Figures]:
    """By function of `tests/cases/functions.jsonl`: how many cases, and the share judged right."""
    return _by_kind(moderator, cases(FUNCTIONS), "function")


def function_means(by_function: Mapping[str, Figures]) -> Figures:
    """The mean over functions of abuse held and of the rest passed, and the mean of the two."""
    held = float(np.mean([of["right"] for of in by_function.values() if of["held"]]))
    passed = float(np.mean([of["right"] for of in by_function.values() if not of["held"]]))
    return {"abuse_held": held, "others_passed": passed, "mean": (held + passed) / 2}


def reports(moderator: Moderator, data: Path, *, main: bool) -> Figures:
    """Small inputs after public bug reports; `main` for the balanced ones alone."""
    rows = [row for row in cases(data / "cases" / "reports.jsonl") if row["main"] or not main]
    actions = [v.action for v in moderator.moderate([row["text"] for row in rows])]
    right = {
        "allow": (Action.ALLOW,),
        "not_allow": (Action.REVIEW, Action.BLOCK),
        "review_or_allow": (Action.REVIEW, Action.ALLOW),
        "block": (Action.BLOCK,),
    }
    pairs = [(row["expect"], action) for row, action in zip(rows, actions, strict=True)]
    innocent = [action for expect, action in pairs if expect == "allow"]
    abusive = [action for expect, action in pairs if expect in ("not_allow", "block")]
    return {
        "cases": len(rows),
        "right": float(np.mean([action in right[expect] for expect, action in pairs])),
        "innocent": len(innocent),
        "innocent_held": sum(action is not Action.ALLOW for action in innocent),
        "innocent_blocked": sum(action is Action.BLOCK for action in innocent),
        "abusive": len(abusive),
        "abusive_passed": sum(action is Action.ALLOW for action in abusive),
    }


def everyday_talk(moderator: Moderator) -> Figures:
    """`tests.benchmarks.talk` in four numbers."""
    found = talk.tally(moderator)
    figures: Figures = {}
    for abuse, side in ((False, "quiet"), (True, "abuse")):
        held = [
            is_held for (is_abuse, _), of in found.items() if is_abuse is abuse for is_held in of
        ]
        figures |= {side: len(held), f"{side}_held": sum(held)}
    return figures


def evasions(moderator: Moderator, data: Path, most: int | None) -> Figures:
    """By way: the share held of toxic Wikipedia texts whose abusive words are disguised."""
    labelled = read_labelled(data / "jigsaw2018_test.csv.gz")
    toxic = labelled.truth["toxicity"]
    texts = [text for text, is_toxic in zip(labelled.texts, toxic, strict=True) if is_toxic]
    logits = CompactScorer.load().linear_logits
    slices = evasion_slices(moderator.moderate, logits, texts[:most])
    return {part.name: part.value for part in slices}


def most_lost(by_way: Figures) -> tuple[str, float]:
    """The way that costs most, and its points of recall."""
    lost = {way: 100 * (by_way[PLAIN] - held) for way, held in by_way.items() if way != PLAIN}
    return max(lost.items(), key=lambda item: item[1])


def identity(moderator: Moderator, data: Path, most: int | None) -> dict[str, Any]:
    """Sentences that name a group: the AUC and the share of quiet ones held, all and worst."""
    file = data / "bias_madlibs_77k.csv.gz"
    rows = sample(
        ((row["Text"], row["Label"] == "BAD") for row in rows_of(file)),
        _MADLIBS_QUICK if most else _MADLIBS,
    )
    return identity_figures(moderator, [row[0] for row in rows], [row[1] for row in rows])


def other_languages(moderator: Moderator, data: Path, most: int | None) -> dict[str, Figures]:
    """By language: quiet news and comments held, and abuse held, on the validation parts."""
    found: dict[str, Figures] = {}
    news: dict[str, list[str]] = defaultdict(list)
    for row in rows_of(data / "multilingual" / "quiet_news.csv.gz"):
        if row["role"] == "valid":
            news[row["lang"]].append(row["text"])
    for language, texts in sorted(news.items()):
        held = judge_texts(moderator.moderate, texts[: most and _QUICK_NEWS]).held
        found[language] = {"news": len(held), "news_held": float(held.mean())}
    for file in sorted((data / "multilingual").glob("*_valid.csv.gz")):
        rows = rows_of(file)[:most]
        truth = np.array([float(row["offensive"]) >= 0.5 for row in rows])
        held = judge_texts(moderator.moderate, [row["text"] for row in rows]).held
        of = found.setdefault(file.name.partition("_")[0], {})
        of |= {"comments": len(rows), "quiet_held": float(held[~truth].mean())}
        of |= decision(truth, held)._asdict()
    return found


def cases(file: Path) -> list[dict[str, Any]]:
    """The cases of a JSON Lines file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def _by_kind(
    moderator: Moderator, rows: Iterable[Mapping[str, Any]], kind: str
) -> dict[str, Figures]:
    rows = list(rows)
    verdicts = moderator.moderate([row["text"] for row in rows])
    right: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        right[row[kind], row["held"]].append((verdict.action is not Action.ALLOW) is row["held"])
    return {
        name: {"cases": len(of), "held": float(held), "right": float(np.mean(of))}
        for (name, held), of in right.items()
    }
