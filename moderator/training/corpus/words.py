"""The words that folding may restore, and those that raise an alarm, counted in training texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.trigger_words import words_of

_TOKEN = re.compile(r"[a-z0-9]+")


def frequent_words(texts: Iterable[str], least: int = 5, least_with_digits: int = 20) -> list[str]:
    """Words seen at least so often, most frequent first, then by the alphabet."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_TOKEN.findall(text.lower())))
    return [
        word
        for word, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if count >= (least if word.isalpha() else least_with_digits)
        and 2 <= len(word) <= 20
        and not word.isdigit()
    ]


def trigger_words(
    folded: Sequence[str], abusive: npt.NDArray[np.bool_], share: float = 0.7, least: int = 8
) -> list[str]:
    """Words that `share` of the texts which hold them are abusive with; seen `least` times."""
    seen: Counter[str] = Counter()
    bad: Counter[str] = Counter()
    for text, is_bad in zip(folded, abusive, strict=True):
        words = set(words_of(text))
        seen.update(words)
        if is_bad:
            bad.update(words)
    return sorted(
        word for word, count in seen.items() if count >= least and bad[word] >= share * count
    )
