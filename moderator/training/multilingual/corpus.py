"""Texts in other languages: labelled sets, quiet news, our own sentences, and English to compare.

A label speaks only for the heads that it names. One text in ten is kept for measuring, and the
sets' own validation parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from moderator.evaluation.held_out import held_out
from moderator.training.corpus.examples import HEADS, Examples, build, quiet
from moderator.training.corpus.platforms import PLATFORMS
from moderator.training.corpus.sentences import SENTENCES, sentences
from moderator.training.corpus.wikipedia import jigsaw

LABELLED = ("ar", "de", "es", "fr", "hi", "ko", "pt", "ro", "ta", "ur", "zh")
NOISY = ("ar", "fr", "hi", "ta")
"""Sets whose labels disagree with themselves: they count half."""
_KINDS = {
    "insult": ("insult",),
    "obscene": ("obscene", "profanity"),
    "identity_attack": ("hate", "homophobia", "racism", "xenophobia", "misogyny"),
}
_QUIET_KINDS = frozenset({"none", "normal", "other"})
NEWS = "news"


def training(data: Path, most: int, news: int, seed: int = 0) -> Examples:
    """At most `most` texts of each labelled set and of English, `news` quiet sentences of each
    language, and all of our own sentences but those kept for measuring."""
    rng = np.random.default_rng(seed)
    parts = [_draw(labelled(data, language, "train"), most, rng) for language in LABELLED]
    parts += [_draw(each, news, rng) for each in _news(data, "train")]
    own = Examples.join([sentences(language, 2.0) for language in own_languages()])
    parts.append(own.take(np.flatnonzero([not held_out(text) for text in own.texts])))
    insults = PLATFORMS["kaggle_insults"](data)
    parts += [_draw(jigsaw(data, "train"), most, rng), _draw(insults, most // 2, rng)]
    return Examples.join(parts)


def own_languages() -> list[str]:
    """Languages of our own sentences, English among them."""
    return sorted(folder.name for folder in SENTENCES.iterdir() if folder.is_dir())


def labelled(data: Path, language: str, part: str) -> Examples:
    """One labelled set. `offensive` is a share of votes; a kind speaks for the head it names."""
    rows = pd.read_csv(_file(data, language, part))
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


def _news(data: Path, role: str) -> Iterator[Examples]:
    rows = pd.read_csv(data / "multilingual" / "quiet_news.csv.gz", keep_default_na=False)
    for language, own in rows[rows["role"] == role].groupby("lang"):
        yield quiet(f"{NEWS}_{language}", 0.5, own["text"])


def _file(data: Path, language: str, part: str) -> Path:
    return data / "multilingual" / f"{language}_{part}.csv.gz"


def _draw(examples: Examples, most: int, rng: np.random.Generator) -> Examples:
    rows = rng.permutation(len(examples.texts))[:most]
    return examples.take(np.sort(rows))
