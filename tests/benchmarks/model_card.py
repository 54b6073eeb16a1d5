"""The figures of `tests.benchmarks.model` as the model card shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def figures(found: Mapping[str, Any]) -> str:
    parts = (_labels, _evasions, _identity, _speed)
    return "\n".join(part(found) for part in parts)


def _labels(found: Mapping[str, Any]) -> str:
    valid, test = found["valid"], found["test"]
    rows = [
        "| label | AUC, validation | ECE | threshold | precision | recall | F1 | AUC, test "
        "| ECE, test |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for label, of in valid["labels"].items():
        beside = test["labels"][label]
        rows.append(
            f"| {label} | {of['auc']:.4f} | {of['ece']:.4f} | {of['threshold']:.3f} "
            f"| {of['precision']:.3f} | {of['recall']:.3f} | {of['f1']:.3f} "
            f"| {beside['auc']:.4f} | {beside['ece']:.4f} |"
        )
    mean = f"| **mean** | **{valid['mean_auc']:.4f}** | | | | | | **{test['mean_auc']:.4f}** | |"
    return "\n".join([*rows, mean, ""])


def _evasions(found: Mapping[str, Any]) -> str:
    of = dict(found["evasions"])
    plain = of.pop("as it is")
    rows = [
        "Share of the test part's toxic texts that are held, with their abusive words disguised: "
        "those that\nthe lexicon finds, or else the two that weigh most in the linear stage.\n",
        "| evasion | held | points lost |",
        "|---|---|---|",
        f"| as it is | {plain:.1%} | |",
    ]
    for name, recall in of.items():
        rows.append(f"| {name.replace('_', ' ')} | {recall:.1%} | {100 * (plain - recall):.1f} |")
    return "\n".join([*rows, ""])


def _identity(found: Mapping[str, Any]) -> str:
    madlibs, review = found["madlibs"], found["code_review"]
    auc = ", ".join(f"*{term}* {value:.3f}" for term, value in madlibs["worst_auc"].items())
    alarms = ", ".join(
        f"*{term}* {share:.1%}" for term, share in madlibs["worst_false_alarms"].items()
    )
    return (
        f"Identity terms (madlibs): AUC {madlibs['auc']:.3f}; the lowest of single terms: {auc}.\n"
        f"Quiet sentences held: {madlibs['false_alarms']:.1%} of all; the most by term:\n"
        f"{alarms}.\n\n"
        f"Code review (ToxiCR): AUC {review['auc']:.3f}, {review['false_alarms']:.1%} of the quiet "
        "comments held.\n"
    )


def _speed(found: Mapping[str, Any]) -> str:
    if "speed" not in found:
        return ""
    speed, ratios = found["speed"], found["speed"]["ratios"]
    return (
        "Speed, compared with Detoxify's own code on a BERT-base-shaped checkpoint in the same run,"
        f" lexicon and model\ntogether, {speed['threads']} threads: "
        f"{ratios['seed_vs_detoxify']:.0f} times its comments a second on the seed lines, "
        f"{ratios['valid_vs_detoxify']:.0f} times on\nthe validation part, "
        f"{ratios['without_exit_vs_detoxify']:.0f} times without early exit. One text of 230 "
        f"characters alone takes {speed['p99_ms']:.1f} ms\nat the 99th percentile; a process that "
        f"scores holds {speed['rss_mb']:.0f} MB.\n"
    )
