"""The form of a text that the compact model reads: lower case, evasions folded.

This is part of the model: weights and folding are trained together, so a change
here asks for a new training run. Everything is linear in the text's length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, product

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
_MOST_SAID = 3
_SHORTEST_MENDED, _SHORTEST_COMMON_MENDED = 4, 5
_MOST_MENDED = 12_000
_COMMON, _COMMON_SHORT = 6000, 1000
"""Ranks below which a part is a common word; parts of one or two letters seldom are."""


def _slips(word: str) -> Iterator[str]:
    """The word with an inner letter missing, or with two neighbours exchanged."""
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


class _Spoken:
    """Says a text's first pictographs, each once: a row of them is no row of sentences."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def once(self, found: re.Match[str]) -> str:
        symbol = found[0]
        if symbol in self._said or len(self._said) == _MOST_SAID:
            return " "
        self._said.add(symbol)
        return _spoken(symbol)


@lru_cache(maxsize=4096)
def _spoken(symbol: str) -> str:
    """A pictograph as words ("reversed hand with middle finger extended")."""
    return f" {unicodedata.name(symbol, '').lower()} "


class Normalizer:
    """Folds texts, given the words it may fold to, most frequent first.

    Of the most frequent ones and of those in `mended`, misspellings that are no words (a letter
    missing, two exchanged) and halves are put right too; `mended` goes before frequent.
    """

    def __init__(self, words: Sequence[str], mended: Iterable[str] = ()) -> None:
        self._rank = {word: rank for rank, word in enumerate(words)}
        whole = [word for word in words[:_MOST_MENDED] if len(word) >= _SHORTEST_COMMON_MENDED]
        whole = [*reversed(whole), *sorted(w for w in mended if len(w) >= _SHORTEST_MENDED)]
        self._whole = frozenset(whole)
        # a slip that two words share is the later one's
        self._slips = {
            slip: word for word in whole for slip in _slips(word) if slip not in self._rank
        }
        self._chunk = lru_cache(maxsize=1 << 16)(self._fold_chunk)

    def fold(self, text: str) -> str:
        """One line, lower case, single spaces; never fails on any string."""
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()  # no lone surrogates
            text = _INVISIBLE.sub("", _TONE.sub("", text))
            text = _SYMBOL.sub(_Spoken().once, text)
            text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
            text = text.lower().translate(_CONFUSABLES)
        text = _SPELT.sub(lambda found: _GAP.sub("", found[0]), text.lower())
        return self._joined(" ".join(map(self._chunk, text.split())))

    def _joined(self, folded: str) -> str:
        """Halves of a mended word as one; one of them must not be a common word by itself."""
        chunks = folded.split(" ")
        halves = [
            at
            for at, (left, right) in enumerate(pairwise(chunks))
            if left + right in self._whole and (self._odd(left) or self._odd(right))
        ]
        for at in reversed(halves):
            chunks[at : at + 2] = [chunks[at] + "".join(chunks[at + 1 : at + 2])]
        return " ".join(chunks) if halves else folded

    def _odd(self, part: str) -> bool:
        common = _COMMON_SHORT if len(part) <= 2 else _COMMON
        return self._rank.get(part, common) >= common

    def _fold_chunk(self, chunk: str) -> str:
        core = chunk.strip(_EDGE)
        if not core or len(core) > _LONGEST_FOLDED:
            return chunk if len(chunk) <= 64 else _RUN.sub(r"\1\1", chunk)
        folded = self._fold_word(core)
        return chunk if folded == core else chunk.replace(core, folded, 1)

    def _fold_word(self, word: str) -> str:
        if word in self._slips:
            return self._slips[word]
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
