"""Reliability and precision-recall plots, one PNG each for all labels (needs matplotlib)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from moderator.errors import ExtraMissingError
from moderator.evaluation.labelled import Labelled
from moderator.evaluation.measures import Truth, Values

_BINS = 10


def draw(labelled: Labelled, scores: Mapping[str, Values], directory: Path) -> list[Path]:
    """Writes `reliability.png` and `precision_recall.png`; gives their paths."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ExtraMissingError("drawing plots", "train") from error
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, axes_names, line in (
        ("reliability", ("mean score", "share that holds"), reliability),
        ("precision_recall", ("recall", "precision"), precision_recall),
    ):
        figure = Figure(figsize=(6, 5), layout="constrained")
        axes = figure.subplots()
        for label, truth in labelled.truth.items():
            if truth.any():
                across, up = line(truth, scores[label])
                axes.plot(across, up, marker="." if name == "reliability" else "", label=label)
        if name == "reliability":
            axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
        axes.set(xlabel=axes_names[0], ylabel=axes_names[1], xlim=(0, 1), ylim=(0, 1.02))
        axes.legend()
        paths.append(directory / f"{name}.png")
        figure.savefig(paths[-1], dpi=120)
    return paths


def reliability(truth: Truth, scores: Values) -> tuple[Values, Values]:
    """Mean score and observed share of each tenth of the scale that holds a text."""
    place = np.minimum((scores * _BINS).astype(np.int64), _BINS - 1)
    size = np.bincount(place, minlength=_BINS)
    held = size > 0
    mean = np.bincount(place, scores, minlength=_BINS)[held] / size[held]
    return mean, np.bincount(place, truth, minlength=_BINS)[held] / size[held]


def precision_recall(truth: Truth, scores: Values) -> tuple[Values, Values]:
    """Recall and precision at every threshold, from the highest down."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    return hits / truth.sum(), hits / np.arange(1, len(truth) + 1)
