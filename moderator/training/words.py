"""The words that folding may restore, counted in the training texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_TOKEN = re.compile(r"[a-z0-9]+")


def frequent_words(texts: Iterable[str], least: int = 5, least_with_digits: int = 20) -> list[str]:
    """Words seen at least so often, most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_TOKEN.findall(text.lower())))
    return [
        word
        for word, count in counts.most_common()
        if count >= (least if word.isalpha() else least_with_digits)
        and 2 <= len(word) <= 20
        and not word.isdigit()
    ]
