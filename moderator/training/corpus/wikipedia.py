"""Wikipedia talk: Jigsaw's comments, more of them, and the context sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from moderator.training.corpus.examples import LABELS, Examples, build

_JIGSAW = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
_HELD = 0.95
"""What a toxic comment says of `attack`: a little less than sure."""


def jigsaw(directory: Path, part: str) -> Examples:
    """`part` is train, valid or test."""
    frame = pd.read_csv(directory / f"jigsaw2018_{part}.csv.gz")
    heads = {label: frame[column] for label, column in zip(LABELS, _JIGSAW, strict=True)}
    heads["attack"] = frame.toxic * _HELD
    return build(f"jigsaw_{part}", 1.0, frame.comment_text, **heads)


def jigsaw_extra(directory: Path) -> Examples:
    """More comments, mostly quiet; many speak for `toxic` alone."""
    frame = pd.read_csv(directory / "jigsaw2018_extra.csv.gz")
    heads = {label: frame[column] for label, column in zip(LABELS, _JIGSAW, strict=True)}
    return build("jigsaw_extra", 0.8, frame.text, **heads, attack=frame.toxic * _HELD)


def context(directory: Path) -> Examples:
    frame = pd.concat(
        pd.read_csv(directory / f"context_toxicity_{part}.csv.gz") for part in ("gc", "gn")
    )
    toxicity = np.where(frame.label == 1, np.maximum(frame.api, 0.8), np.minimum(frame.api, 0.6))
    quiet = np.where(frame.api < 0.15, 0.0, np.nan)
    rare = dict.fromkeys(
        ("severe_toxicity", "obscene", "threat", "insult", "identity_attack"), quiet
    )
    return build(
        "context", 0.4, frame.text, toxicity=np.where(frame.api < 0.15, 0.0, toxicity), **rare
    )
