"""The form of a text that the compact model reads: lower case, evasions folded.

This is part of the model: weights and folding are trained together, so a change
here asks for a new training run. Everything is linear in the text's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, product

_CONFUSABLES = str.maketrans(
    "аеорсухѕіјһԁкмтвнԛԝɡαεορτυκινηχωβɑɩʀßøłđıʟɪɴ",
    "aeopcyxsijhdkmtbhqwgaeoptukivnxwbairboldilin",
)
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]")
_SYMBOL = re.compile("[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]")
_TONE = re.compile("[\U0001f3fb-\U0001f3ff]")
_SPELT = re.compile(r"(?<![^\W_])[^\W_]([ .\-_*])[^\W_](?:\1[^\W_])+(?![^\W_])")
_GAP = re.compile(r"[ .\-_*]+")
_RUN = re.compile(r"(.)\1{2,}")
_TWIN = re.compile(r"(.)\1")
_EDGE = ".,;:?\"'()[]{}<>~`=/\\-_#%^&"
_LEET: dict[str, str] = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "*": "uieoa", "#": "h",
}  # fmt: skip
_LONGEST_FOLDED = 24
_MOST_READINGS = 64


@lru_cache(maxsize=4096)
def _spoken(symbol: str) -> str:
    """A pictograph as words ("reversed hand with middle finger extended")."""
    return f" {unicodedata.name(symbol, '').lower()} "


class Folder:
    """Folds texts, given the words it may fold to, most frequent first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._rank = {word: rank for rank, word in enumerate(words)}
        self._chunk = lru_cache(maxsize=1 << 16)(self._fold_chunk)

    def fold(self, text: str) -> str:
        """One line, lower case, single spaces; never fails on any string."""
        if not text.isascii():
            text = _INVISIBLE.sub("", _TONE.sub("", text))
            text = _SYMBOL.sub(lambda found: _spoken(found[0]), text)
            text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
            text = text.lower().translate(_CONFUSABLES)
        text = _SPELT.sub(lambda found: _GAP.sub("", found[0]), text.lower())
        return " ".join(map(self._chunk, text.split()))

    def _fold_chunk(self, chunk: str) -> str:
        core = chunk.strip(_EDGE)
        if not core or len(core) > _LONGEST_FOLDED:
            return chunk if len(chunk) <= 64 else _RUN.sub(r"\1\1", chunk)
        folded = self._fold_word(core)
        return chunk if folded == core else chunk.replace(core, folded, 1)

    def _fold_word(self, word: str) -> str:
        if word in self._rank or word.rstrip("!*$|+") in self._rank:
            return word
        for readings in self._readings(word):
            known = [reading for reading in readings if reading in self._rank]
            if known:
                return min(known, key=self._rank.__getitem__)
        return _RUN.sub(r"\1\1", word)

    def _readings(self, word: str) -> Iterator[list[str]]:
        """Plain words that `word` may stand for, likelier groups first, a bounded number."""
        for form in dict.fromkeys((word, word.rstrip("!"), _GAP.sub("", word))):
            once = _RUN.sub(r"\1", form)
            for variant in dict.fromkeys((_RUN.sub(r"\1\1", form), once, _TWIN.sub(r"\1", once))):
                if any(letter.isalpha() for letter in variant):
                    options = [_LEET.get(letter, letter) for letter in variant]
                    yield [
                        "".join(letters) for letters in islice(product(*options), _MOST_READINGS)
                    ]
