"""The scorecard as a Markdown table, for the terminal and the model card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.benchmarks.judgement.sets import ELSEWHERE
from tests.benchmarks.judgement.suites import function_means, most_lost


def as_markdown(found: Mapping[str, Any]) -> str:
    """The whole scorecard."""
    parts = (_sets, _quiet, _wikipedia, _suites, _languages)
    return "\n".join(part(found) for part in parts)


def elsewhere(found: Mapping[str, Any]) -> dict[str, float]:
    """The means over the domains other than Wikipedia, each domain the mean of its sets."""
    return {
        measure: float(
            np.mean(
                [
                    np.mean(
                        [of[measure] for of in found["sets"].values() if of["domain"] == domain]
                    )
                    for domain in ELSEWHERE
                ]
            )
        )
        for measure in ("auc", "f1", "precision", "recall")
    }


def _sets(found: Mapping[str, Any]) -> str:
    rows = [
        "| talk | set | texts | AUC of `toxicity` | precision | recall | F1 of held |",
        "|---|---|---|---|---|---|---|",
    ]
    for domain in ELSEWHERE:
        for name, of in found["sets"].items():
            if of["domain"] == domain:
                rows.append(f"| {domain} | {name} | {of['texts']:,} {_measures(of)}")
    rows.append(f"| **mean over kinds of talk** | | {_measures(elsewhere(found))}")
    return "\n".join([*rows, ""])


def _measures(of: Mapping[str, float]) -> str:
    return f"| {of['auc']:.3f} | {of['precision']:.3f} | {of['recall']:.3f} | {of['f1']:.3f} |"


def _quiet(found: Mapping[str, Any]) -> str:
    rows = ["| quiet texts | texts | held | blocked |", "|---|---|---|---|"]
    for name, of in found["sets"].items():
        if of["domain"] == "quiet":
            rows.append(
                f"| {name} | {of['texts']:,} | {of['quiet_held']:.2%} | {of['quiet_blocked']:.2%} |"
            )
    return "\n".join([*rows, ""])


def _wikipedia(found: Mapping[str, Any]) -> str:
    rows = [
        "| Wikipedia (Jigsaw 2018) | texts | mean AUC | ECE of `toxicity` | F1 of held |",
        "|---|---|---|---|---|",
    ]
    for part in ("valid", "test"):
        of = found[f"wikipedia_{part}"]
        rows.append(
            f"| {part} | {of['texts']:,} | {of['mean_auc']:.4f} | {of['ece']:.4f} "
            f"| {of['f1']:.3f} |"
        )
    return "\n".join([*rows, ""])


def _suites(found: Mapping[str, Any]) -> str:
    means, talk = function_means(found["functions"]), found["talk"]
    identity = found["identity"]
    way, points = most_lost(found["evasions"])
    worst = sorted(found["functions"].items(), key=lambda item: item[1]["right"])[:5]
    term, alarms = next(iter(identity["worst_false_alarms"].items()))
    rows = [
        "| suite | result |",
        "|---|---|",
        f"| {len(found['functions'])} functions (`tests/cases/functions.jsonl`) | abuse held "
        f"{means['abuse_held']:.1%}, the rest passed {means['others_passed']:.1%}, mean "
        f"{means['mean']:.3f} |",
        "| worst functions | "
        + ", ".join(f"{name} {of['right']:.0%}" for name, of in worst)
        + " |",
    ]
    for name, title in (("reports", "cases after bug reports"), ("reports_main", "balanced ones")):
        of = found[name]
        rows.append(
            f"| {title} ({of['cases']}) | right {of['right']:.1%}; innocent held "
            f"{of['innocent_held']} of {of['innocent']}, blocked {of['innocent_blocked']}; abusive "
            f"passed {of['abusive_passed']} of {of['abusive']} |"
        )
    rows += [
        f"| everyday talk in strong words | quiet held {talk['quiet_held']} of {talk['quiet']}; "
        f"abuse held {talk['abuse_held']} of {talk['abuse']} |",
        f"| abusive words disguised, 12 ways | {found['evasions']['as it is']:.1%} held as they "
        f"are; most lost by *{way.replace('_', ' ')}*: {points:.1f} points |",
        f"| identity terms (madlibs) | AUC {identity['auc']:.3f}; quiet held "
        f"{identity['false_alarms']:.2%}, most with *{term}*: {alarms:.1%} |",
    ]
    return "\n".join([*rows, ""])


def _languages(found: Mapping[str, Any]) -> str:
    languages = found["languages"]
    news = {name: of["news_held"] for name, of in languages.items() if "news" in of}
    worst = sorted(news.items(), key=lambda item: -item[1])[:5]
    rows = [
        f"Quiet news in {len(news)} languages: {np.mean(list(news.values())):.2%} held on average; "
        "most in " + ", ".join(f"{name} {held:.1%}" for name, held in worst) + ".",
        "",
        "| comments in | texts | quiet held | abuse held | F1 of held |",
        "|---|---|---|---|---|",
    ]
    for name, of in languages.items():
        if "comments" in of:
            rows.append(
                f"| {name} | {of['comments']:,} | {of['quiet_held']:.1%} | {of['recall']:.1%} "
                f"| {of['f1']:.3f} |"
            )
    return "\n".join([*rows, ""])
