"""How many words of a text are English, or Hindi and Urdu in Latin letters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent


def _words(name: str) -> frozenset[str]:
    return frozenset((_FOLDER / name).read_text("utf-8").split())


_ENGLISH = _words("english_words.txt")
"""Common in English comments, and at least twice as rare in any other language's news."""
_SHARED = _words("shared_words.txt")
"""Common in English, and in some other language too ("die", "in", "no"): evidence for neither."""
COMMON_WORDS = _ENGLISH | _SHARED
"""Words common in English, in lower case, whether or not another language has them too."""
REAL_WORDS = COMMON_WORDS | _words("near_words.txt")
"""Those, and rarer ones a slip away from a bad word ("birch"), which are no misspellings of it."""
_ROMANISED_HINDI = _words("romanised_hindi.txt")
"""Hindi and Urdu as it is written in Latin letters, and nothing else."""
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|</?\w+>")
_FIRST_NON_LATIN = "\u0250"


class WordCounts(NamedTuple):
    """Counts over the words of a text, without addresses, handles and tags.

    `of_two_letters` have at least two letters; `english` are English and nothing else; `other` all
    that are neither those nor shared with another language, words in a script that is not Latin
    counted double.
    """

    letters: int
    of_two_letters: int
    english: int
    other: int
    romanised_hindi: int
    spelt_out: bool
    """Whether most words are single Latin letters: a word spelt out, of unknown language."""

    @property
    def english_share(self) -> float:
        """The share of English words among those that are evidence: 0 to 1."""
        return self.english / max(1, self.english + self.other)


def count_words(text: str) -> WordCounts:
    """Counts a text's words, in time linear in its length."""
    lowered = text.lower().replace("’", "'")
    if "@" in lowered or "#" in lowered or "<" in lowered or "http" in lowered or "www" in lowered:
        lowered = _NOISE.sub(" ", lowered)
    words = _WORD.findall(lowered)
    english = sum(map(_ENGLISH.__contains__, words))
    other = len(words) - english - sum(map(_SHARED.__contains__, words))
    if not lowered.isascii():
        other += sum(word[0] >= _FIRST_NON_LATIN for word in words)
    hindi = sum(map(_ROMANISED_HINDI.__contains__, words)) if other else 0
    sizes = list(map(len, words))
    spelt_out = 2 * sizes.count(1) > len(words) and max(lowered) < _FIRST_NON_LATIN
    longer = len(words) - sizes.count(1)
    return WordCounts(sum(sizes), longer, english, other, hindi, spelt_out)
