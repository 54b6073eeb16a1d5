"""What is learnt from, and how often: each example's chance of being drawn in an epoch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from moderator.evaluation.held_out import held_out
from moderator.training.corpus import quiet
from moderator.training.corpus.abuse import ABUSE
from moderator.training.corpus.examples import HEADS, LABELS, Examples
from moderator.training.corpus.platforms import PLATFORMS
from moderator.training.corpus.sentences import sentences
from moderator.training.corpus.templates import SOURCE as TEMPLATES
from moderator.training.corpus.templates import templates
from moderator.training.corpus.wikipedia import context, jigsaw, jigsaw_extra

SHARES = {
    "jigsaw_train": 0.4, "jigsaw_extra": 0.3, "context": 0.05, TEMPLATES: 0.12,
    "civil": 0.12, "davidson": 0.12, "hatexplain": 0.8, "toxigen": 0.25, "implicit": 0.12,
    "edos": 0.12, "misogyny": 0.15, "hatemoji": 0.5, "convabuse": 0.6, "discord": 0.25,
    "fox": 0.6, "paradetox": 0.12, "sbic": 0.8, "toxichat": 0.8, "kaggle_insults": 0.6,
    "gab": 0.5, "counterspeech": 0.4, "stormfront": 0.5, "goemotions": 0.15,
    "strongwords": 0.25, "everyday": 0.06, "judged": 1.0, "own_en": 1.0,
}  # fmt: skip
"""About as many texts of each kind of platform, whatever the size of its sets."""
_QUIET_SHARE, _EASY_LOGIT, _EASY_SHARE = 0.2, -2.2, 0.06


def every_example(data: Path) -> Examples:
    """Jigsaw first, as `draw_shares` wants it; then the other sets and our own sentences.

    One text in ten of all but Wikipedia's and the templates is kept for measuring.
    """
    readers: list[Callable[[Path], Examples]] = [
        *ABUSE.values(), *PLATFORMS.values(),
        quiet.goemotions, quiet.strong_words, quiet.everyday, quiet.judged,
    ]  # fmt: skip
    others = Examples.join([*(read(data) for read in readers), sentences("en")])
    kept = np.array([not held_out(text) for text in others.texts])
    return Examples.join(
        [
            jigsaw(data, "train"),
            jigsaw_extra(data),
            context(data),
            templates(),
            others.take(np.flatnonzero(kept)),
        ]
    )


def draw_shares(examples: Examples, linear_logits: np.ndarray) -> np.ndarray:
    """A chance per example.

    Quiet Jigsaw comments that the linear stage is sure of teach little, and leave early when
    scoring. `linear_logits` begin with those of Jigsaw's training part.
    """
    shares = np.array([SHARES[source] for source in examples.sources])
    count = examples.sources.count("jigsaw_train")
    harmless = examples.targets[:count, : len(LABELS)].max(axis=1) == 0
    sure = linear_logits[:count, : len(LABELS)].max(axis=1) < _EASY_LOGIT
    shares[:count][harmless] = _QUIET_SHARE
    shares[:count][harmless & sure] = _EASY_SHARE
    return shares


def rows_to_ask(examples: Examples, shares: np.ndarray) -> np.ndarray:
    """Rows of Jigsaw that teach much: what the model they begin with says of them is kept."""
    count = examples.sources.count("jigsaw_train")
    return np.flatnonzero(shares[:count] >= _QUIET_SHARE)


def attack_only(examples: Examples, rng: np.random.Generator) -> Examples:
    """A draw of the texts that speak for `attack`, and of the others' labels none but our own."""
    shares = np.array([SHARES[source] for source in examples.sources])
    known = ~np.isnan(examples.targets[:, HEADS.index("attack")])
    rows = np.flatnonzero(known & (rng.random(len(shares)) < 2 * shares))
    drawn = examples.take(rows)
    foreign = np.array([source != "own_en" for source in drawn.sources])
    targets = drawn.targets.copy()
    targets[foreign, : len(LABELS)] = np.nan
    return Examples(drawn.texts, targets, drawn.weights, drawn.sources)
