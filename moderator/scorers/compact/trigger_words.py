"""Words that keep a text from leaving early, however innocent the rest of it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

_SEPARATORS = str.maketrans(dict.fromkeys('.,;:?!"()[]{}<>~`=/\\-_#%^&*|+', " "))


def words_of(folded: str) -> list[str]:
    """The words of a folded text, without punctuation."""
    return folded.translate(_SEPARATORS).split()


class TriggerWords:
    """A set of words, mostly found in abuse."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)

    def raised(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """For each folded text, whether it holds one of the words."""
        hits = (not self._words.isdisjoint(words_of(text)) for text in texts)
        return np.fromiter(hits, np.bool_, len(texts))
