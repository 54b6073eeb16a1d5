"""What the second model learns from: how much of each set, and accents left out now and then."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np

from moderator.training.corpus.abuse import ABUSE
from moderator.training.corpus.draw import SHARES
from moderator.training.corpus.examples import Examples
from moderator.training.corpus.platforms import PLATFORMS
from moderator.training.corpus.sentences import sentences
from moderator.training.corpus.wikipedia import jigsaw
from moderator.training.multilingual.corpus import (
    LABELLED,
    draw,
    kept,
    labelled,
    news,
    own_languages,
)

_MOST_LABELLED, _MOST_NEWS = 2_500, 50
_OWN_TIMES = 3
"""Our own sentences are few: each is shown so often, disguised differently."""
_ENGLISH = 0.15
"""Of what a pass of the English model's training draws of each of its sets."""
_UNACCENTED = 0.25
_PLAIN = str.maketrans("łŁøØđĐıßæÆ", "lLoOdDisaA")


def study(data: Path, seed: int = 0) -> Examples:
    """The draw that one pass is: texts that are kept for measuring are not in it."""
    rng = np.random.default_rng(seed)
    parts = [draw(labelled(data, language, "train"), _MOST_LABELLED, rng) for language in LABELLED]
    parts += [draw(each, _MOST_NEWS, rng) for each in news(data, "train")]
    own = Examples.join([sentences(language, 2.0) for language in own_languages()])
    parts += [kept(own, measuring=False)] * _OWN_TIMES
    drawn = Examples.join([*parts, _english(data, rng)])
    plain = rng.random(len(drawn.texts)) < _UNACCENTED
    texts = [unaccented(t) if p else t for t, p in zip(drawn.texts, plain, strict=True)]
    return Examples(texts, drawn.targets, drawn.weights, drawn.sources)


def unaccented(text: str) -> str:
    """Latin letters without their accents, as people type them in a hurry: "à bientôt" becomes "a
    bientot". Other scripts stay as they are."""
    letters = []
    for letter in text:
        base = unicodedata.normalize("NFD", letter)[0]
        letters.append(base if base.isascii() else letter)
    return "".join(letters).translate(_PLAIN)


def _english(data: Path, rng: np.random.Generator) -> Examples:
    """English abuse, and what its sets call quiet: most of what other languages are judged by."""
    readers = (*ABUSE.values(), *PLATFORMS.values())
    parts = [jigsaw(data, "train")]
    others = [*(read(data) for read in readers), sentences("en")]
    parts += [kept(each, measuring=False) for each in others]
    drawn = [_share(part, _ENGLISH * SHARES[part.sources[0]], rng) for part in parts]
    return Examples.join(drawn)


def _share(examples: Examples, share: float, rng: np.random.Generator) -> Examples:
    return examples.take(np.flatnonzero(rng.random(len(examples.texts)) < share))
