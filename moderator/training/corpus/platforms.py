"""Sets of November 2026: Reddit, Gab, news, YouTube and hate forums."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from moderator.training.corpus.examples import Examples, build


def _sbic(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "sbic_dev.csv.gz")
    group = frame.group_target.fillna(0)
    return build(
        "sbic", 0.6, frame.text,
        offence=frame.offensive, hate=group,
        # rude without meaning to be (swearing in passing) is half as much of an attack
        attack=(frame.offensive * (0.5 + 0.5 * frame.intent)).fillna(frame.offensive),
    )  # fmt: skip


def _toxichat(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "toxichat_reddit.csv.gz").dropna(subset=["text"])
    return build("toxichat", 0.6, frame.text, offence=frame.offensive, attack=frame.offensive)


def _kaggle_insults(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "kaggle_insults.csv.gz").dropna(subset=["text"])
    return build(
        "kaggle_insults", 0.6, frame.text,
        insult=frame.insult, offence=np.where(frame.insult == 1, 1.0, np.nan), attack=frame.insult,
    )  # fmt: skip


def _gab(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "gab_hate_corpus.csv.gz").dropna(subset=["text"])
    hate = frame[["human_degradation", "call_for_violence"]].max(axis=1)
    held = frame[["human_degradation", "call_for_violence", "vulgar_offensive"]].max(axis=1)
    return build("gab", 0.4, frame.text, hate=hate, identity_attack=hate, attack=held)


def _counterspeech(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "counterspeech_reddit.csv.gz").dropna(subset=["text"])
    hate = frame.label == "hate"
    sure = np.where(frame.labeller == "human", 1.0, 0.9)
    attack = np.where(hate, sure, np.where(frame.label == "counterspeech", 0.05, np.nan))
    return build("counterspeech", 0.4, frame.text, hate=hate * sure, attack=attack)


def _stormfront(directory: Path) -> Examples:
    """Only its hate: what it calls no hate is not clean."""
    frame = pd.read_csv(directory / "stormfront.csv.gz")
    texts = frame.text[frame.label == "hate"]
    return build("stormfront", 0.4, texts, hate=1.0, identity_attack=0.9, attack=0.95)


PLATFORMS: dict[str, Callable[[Path], Examples]] = {
    "sbic": _sbic, "toxichat": _toxichat, "kaggle_insults": _kaggle_insults, "gab": _gab,
    "counterspeech": _counterspeech, "stormfront": _stormfront,
}  # fmt: skip
