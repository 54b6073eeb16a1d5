"""Texts in other languages: labelled sets, quiet news, and our own sentences.

A label speaks only for the heads that it names. One text in ten of our own is kept for measuring,
and of the sets their own validation parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from moderator.evaluation.held_out import held_out
from moderator.settings import Scorers
from moderator.training.corpus.examples import HEADS, Examples, build, quiet
from moderator.training.corpus.sentences import SENTENCES, sentences
from moderator.training.corpus.wikipedia import jigsaw

LABELLED = ("ar", "de", "es", "fr", "hi", "ko", "pt", "ro", "ta", "ur", "zh")
NOISY = ("ar", "fr", "hi", "ta")
"""Sets whose labels disagree with themselves: they count half."""
NEWS, OWN = "news", "own"
_JIGSAW = 500
_KINDS = {
    "insult": ("insult",),
    "obscene": ("obscene", "profanity"),
    "identity_attack": ("hate", "homophobia", "racism", "xenophobia", "misogyny"),
}
_QUIET_KINDS = frozenset({"none", "normal", "other"})


def valid(data: Path, most: int, seed: int = 0) -> Examples:
    """What no training sees: at most `most` texts of each labelled set's validation part, some of
    Jigsaw's (which alone speaks for every label), and of the languages that are judged the news and
    our own sentences kept for it."""
    rng = np.random.default_rng(seed)
    parts = [draw(labelled(data, language, "valid"), most, rng) for language in LABELLED]
    judged = {f"{NEWS}_{language}" for language in Scorers().languages}
    parts += [each for each in news(data, "valid") if each.sources[0] in judged]
    parts.append(draw(jigsaw(data, "valid"), _JIGSAW, rng))
    own = Examples.join([sentences(language) for language in own_languages()])
    return Examples.join([*parts, kept(own, measuring=True)])


def own_languages() -> list[str]:
    """Languages of our own sentences but English."""
    return sorted(folder.name for folder in SENTENCES.iterdir() if folder.name != "en")


def labelled(data: Path, language: str, part: str) -> Examples:
    """One labelled set; of one without a validation part a tenth serves as that.

    `offensive` is a share of votes; a kind speaks for the head it names.
    """
    folder = data / "multilingual"
    if (folder / f"{language}_valid.csv.gz").exists():
        return _labelled(folder / f"{language}_{part}.csv.gz", language)
    whole = _labelled(folder / f"{language}_train.csv.gz", language)
    return kept(whole, measuring=part == "valid")


def kept(examples: Examples, *, measuring: bool) -> Examples:
    """The tenth that is kept for measuring, or else the rest."""
    return examples.take(np.flatnonzero([held_out(t) is measuring for t in examples.texts]))


def _labelled(file: Path, language: str) -> Examples:
    rows = pd.read_csv(file)
    offensive = rows["offensive"].to_numpy(np.float32)
    kinds = rows["kind"].fillna("")
    heads: dict[str, object] = dict.fromkeys(("toxicity", "offence", "attack"), offensive)
    is_quiet = kinds.isin(_QUIET_KINDS).to_numpy() & (offensive < 0.5)
    for head in HEADS:
        if head not in heads:
            names = kinds.isin(_KINDS.get(head, ())).to_numpy()
            heads[head] = np.where(names, offensive, np.where(is_quiet, 0.0, np.nan))
    weight = 0.5 if language in NOISY else 1.0
    return build(f"labelled_{language}", weight, rows["text"], **heads)


def news(data: Path, role: str) -> Iterator[Examples]:
    """Quiet sentences, one language after another; `role` is train or valid."""
    rows = pd.read_csv(data / "multilingual" / "quiet_news.csv.gz", keep_default_na=False)
    for language, own in rows[rows["role"] == role].groupby("lang"):
        yield quiet(f"{NEWS}_{language}", 0.5, own["text"])


def draw(examples: Examples, most: int, rng: np.random.Generator) -> Examples:
    """At most `most` of them, in their order."""
    rows = rng.permutation(len(examples.texts))[:most]
    return examples.take(np.sort(rows))
