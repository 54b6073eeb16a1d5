"""The figures of the card of the model for other languages, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def figures(found: Mapping[str, Any]) -> str:
    """What `tests.benchmarks.multilingual` found; languages without labels have an empty AUC."""
    parts = [_by_language(found), _means(found)]
    if "speed" in found:
        parts.append(_speed(found["speed"]))
    return "\n".join(parts)


def _by_language(found: Mapping[str, Any]) -> str:
    rows = [
        "| language | AUC | comments held of abusive | of quiet | news held | own held of abusive "
        "| of quiet |",
        "|---|---|---|---|---|---|---|",
    ]
    for language in sorted({*found["labelled"], *found["own"]}):
        labelled, own = found["labelled"].get(language), found["own"].get(language)
        news = found["news"].get(language)
        cells = [
            f"{labelled['auc']:.3f}" if labelled else "",
            f"{labelled['recall']:.0%}" if labelled else "",
            f"{labelled['quiet_held']:.0%}" if labelled else "",
            f"{news['held']:.1%}" if news else "",
            f"{own['recall']:.0%} of {own['to_hold']}" if own else "",
            f"{own['quiet_held']:.0%} of {own['quiet']}" if own else "",
        ]
        rows.append(f"| {language} | {' | '.join(cells)} |")
    return "\n".join([*rows, ""])


def _means(found: Mapping[str, Any]) -> str:
    labelled, own, news = found["labelled"], found["own"], found["news"]
    texts = sum(of["texts"] for of in news.values())
    every = sum(of["held"] * of["texts"] for of in news.values()) / texts
    worst = sorted(news.items(), key=lambda item: -item[1]["held"])[:5]
    accents = found["unaccented"]
    lost = 100 * (accents["with"] - accents["without"])
    return "\n".join(
        [
            f"Mean AUC of the {len(labelled)} labelled languages {_mean(labelled, 'auc'):.3f}. Of "
            f"our own sentences {_mean(own, 'recall'):.1%} of the abusive are held and "
            f"{_mean(own, 'quiet_held'):.1%} of the quiet ones, as the mean over "
            f"{len(own)} languages.",
            f"Quiet news of {len(news)} languages: {every:.2%} held of {texts:,}; most in "
            + ", ".join(f"{name} {of['held']:.1%}" for name, of in worst)
            + ".",
            f"Accents left out of {accents['texts']:.0f} abusive sentences of our own: "
            f"{accents['without']:.1%} held instead of {accents['with']:.1%}, {lost:.1f} points "
            "lost.",
            "",
        ]
    )


def _speed(speed: Mapping[str, float]) -> str:
    return (
        f"Speed, {speed['threads']:.0f} threads, {speed['texts']:.0f} comments of the labelled "
        f"sets: {speed['ours_per_second']:.0f} a second, Detoxify's own code on a checkpoint of "
        f"XLM-R base's shape {speed['detoxify_per_second']:.1f}: {speed['ratio']:.1f} times. "
        f"Memory of a process that has judged English and these: {speed['rss_mb']:.0f} MB.\n"
    )


def _mean(rows: Mapping[str, Mapping[str, float]], name: str) -> float:
    values: Iterable[float] = (of[name] for of in rows.values())
    return float(np.mean(list(values)))
