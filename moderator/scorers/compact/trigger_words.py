"""Words that send a text to the encoder, however harmless the rest of it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from moderator.scorers.compact.arrays import Flags

_SEPARATORS = str.maketrans(dict.fromkeys('.,;:?!"()[]{}<>~`=/\\-_#%^&*|+', " "))


def words_of(folded: str) -> list[str]:
    """The words of a normalised text, without punctuation."""
    return folded.translate(_SEPARATORS).split()


class TriggerWords:
    """Words found mostly in abuse."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def raised(self, texts: Sequence[str]) -> Flags:
        """For each normalised text, whether it has one of the words."""
        hits = (not self._words.isdisjoint(words_of(text)) for text in texts)
        return np.fromiter(hits, np.bool_, len(texts))
