"""The form of a text that the compact model reads: lower case, disguises undone.

Weights and normaliser are trained together: a change here needs a new training run. Everything is
linear in the text's length. Step by step:

    "You  f.u.c.k!ng 1d10t, stpuid\u200b 😂"
    "you  f.u.c.k!ng 1d10t, stpuid  face with tears of joy "  invisible characters, emoji, case
    "you  fuck!ng 1d10t, stpuid  face with tears of joy "     letters spelt out (f.u.c.k)
    you | fuck!ng | 1d10t, | stpuid | face | …               chunks, each on its own:
          fucking   idiot,   stupid                           substitutes, then slips, if the result
                                                              is a word of the training texts
    "you fucking idiot, stupid face with tears of joy"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise, product

from moderator.language import REAL_WORDS
from moderator.text.characters import fold

_LOOKALIKES = "аеорсухѕіјһԁкмтвнԛԝɡαεορτυκινηχωβɑɩʀøłđıʟɪɴ"
"""The lookalikes folded in training: some of those that `moderator.text.characters` folds."""
_CONFUSABLES = str.maketrans({**{char: fold(char) for char in _LOOKALIKES}, "ß": "b"})
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
_MARKS_AROUND = _EDGE + "!"
_LEET: dict[str, str] = {
    "0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "*": "uieoa", "#": "h",
}  # fmt: skip
_MAX_CHUNK = 24
"""Characters; a longer chunk has only its repeated letters shortened."""
_MAX_CANDIDATES = 64
_MAX_DISGUISED = 1000
_MAX_EMOJI = 3
_MIN_CORRECTED, _MIN_FREQUENT_CORRECTED = 4, 5
"""Letters of a given and of a frequent word whose misspellings are corrected."""
_FREQUENT = 12_000
"""How many of the most frequent words are corrected to."""
_RARE = 15_000
"""The rank from which a word of the training texts may be misspelt itself."""
_MIN_ABUSIVE = 5
"""Letters of a word that is corrected to an abusive one although nothing else speaks for it, and
the text may not be English."""
_FOREIGN = frozenset(("dik", "cok", "gek", "sik", "kiek", "tud", "quer", "semn", "voda", "trud"))
"""Common words of other languages, in which a short text may be though it looks English."""
_POINTING = frozenset(
    ("you", "u", "ur", "your", "youre", "you're", "yall", "ya", "r", "are", "an", "such", "these",
     "those", "fucking", "fuckin", "fking", "fkn", "stupid", "dumb", "dirty", "little", "damn")
)  # fmt: skip
"""Words before which a misspelling is an insult, whatever else it might be."""
_SLURS = (
    "nigg", "fag", "chink", "kike", "spic", "coon", "paki", "gook", "tranny", "retard", "dyke",
)  # fmt: skip
_NAME = re.compile(r"\b[A-Z](?:[a-z']+|\d+)\b")
_ACRONYM = re.compile(r"\b[A-Z]{3,4}\b")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_COMMON, _COMMON_SHORT = 6000, 1000
"""Ranks below which a part is a common word; parts of one or two letters need a lower one."""


def _slips(word: str) -> Iterator[str]:
    """The word with an inner letter missing, or with two neighbours swapped: "word" gives wrd,
    wrod, wod and wodr."""
    for index in range(1, len(word) - 1):
        yield word[:index] + word[index + 1 :]
        if word[index] != word[index + 1]:
            yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]


class _EmojiNames:
    """Replaces a text's first emoji by their names, each once, and drops the others: a row of them
    would drown the words."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def replace(self, match: re.Match[str]) -> str:
        emoji = match[0]
        if emoji in self._seen or len(self._seen) == _MAX_EMOJI:
            return " "
        self._seen.add(emoji)
        return _emoji_name(emoji)


@lru_cache(maxsize=4096)
def _emoji_name(emoji: str) -> str:
    """An emoji as words (" reversed hand with middle finger extended ")."""
    return f" {unicodedata.name(emoji, '').lower()} "


def _names(text: str) -> frozenset[str]:
    """Names, and acronyms unless the text is all in capitals; in lower case."""
    names = _NAME.findall(text)
    if not text.isupper():
        names += _ACRONYM.findall(text)
    return frozenset(map(str.lower, names))


class Normalizer:
    """Normalises texts, given the words that a disguise may stand for, most frequent first.

    Misspellings (a letter missing, two swapped; see `_slips`) and words torn in two are corrected
    too, to the most frequent words and to those in `corrected`: "stpuid". One that may be several
    words is the most frequent of them, or is left alone if that is not corrected: "shll", "lck".
    Real words are never changed. Names and acronyms are not changed to words in `corrected`, nor
    short words if the text may not be English, unless the word before suggests an insult: "you
    idot", but not "Idit".
    """

    def __init__(self, words: Sequence[str], corrected: Iterable[str] = ()) -> None:
        self._rank = {word: rank for rank, word in enumerate(words)}
        self._abusive = frozenset(corrected)
        abusive = {word for word in self._abusive if len(word) >= _MIN_CORRECTED}
        frequent = {word for word in words[:_FREQUENT] if len(word) >= _MIN_CORRECTED}
        meant: dict[str, str] = {}
        for word in sorted(abusive | frequent, key=self._frequency):  # the most frequent comes last
            meant.update(dict.fromkeys(_slips(word), word))
        self._targets = abusive | {w for w in frequent if len(w) >= _MIN_FREQUENT_CORRECTED}
        self._slips = {
            slip: word
            for slip, word in meant.items()
            if word in self._targets and not self._is_word(slip, is_abusive=word in abusive)
        }
        self._chunk = lru_cache(maxsize=1 << 16)(self._fold_chunk)

    def _frequency(self, word: str) -> tuple[int, str]:
        return -self._rank.get(word, len(self._rank)), word

    def _is_word(self, slip: str, *, is_abusive: bool) -> bool:
        """Whether it is a word of its own rather than a misspelling of an (abusive) word."""
        if is_abusive:
            return slip in REAL_WORDS or self._rank.get(slip, _RARE) < _RARE
        return slip in self._rank

    def fold(self, text: str, english: bool = False) -> str:
        """One line, lower case, single spaces, for any string; empty if nothing is left.

        `english` if the text is certainly in that language.
        """
        if not text.isascii():
            english = english and _ACCENTED.search(text) is None
            text = text.encode("utf-8", "replace").decode()  # no lone surrogates
            text = _INVISIBLE.sub("", _TONE.sub("", text))
            text = _SYMBOL.sub(_EmojiNames().replace, text)
            text = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        lower = text.lower()
        if not text.isascii():
            lower = lower.translate(_CONFUSABLES)
        lower = _SPELT.sub(lambda match: _GAP.sub("", match[0]), lower)
        chunks = lower.split()
        long = len(chunks) > _MAX_DISGUISED
        folded = list(self._fold_long(chunks) if long else map(self._chunk, chunks))
        if folded != chunks:
            self._restore_doubtful(text, chunks, folded, english)
        return self._joined(" ".join(folded))

    def _restore_doubtful(
        self, text: str, chunks: Sequence[str], folded: list[str], english: bool
    ) -> None:
        """Restores the chunks that were made abusive on too little evidence."""
        names: frozenset[str] | None = None
        for index, (chunk, new) in enumerate(zip(chunks, folded, strict=True)):
            if new == chunk or (insult := new.strip(_MARKS_AROUND)) not in self._abusive:
                continue
            word = chunk.strip(_MARKS_AROUND)
            if index and chunks[index - 1].strip(_EDGE) in _POINTING:
                continue
            if names is None:
                names = _names(text)
            short = len(word) < _MIN_ABUSIVE and not (english and word not in _FOREIGN)
            weak = short or insult.startswith(_SLURS)
            if word in names or (weak and word in self._slips):
                folded[index] = chunk

    def _fold_long(self, chunks: list[str]) -> Iterator[str]:
        """The chunks of a long text; of too many disguised ones only the first and last are read,
        because each takes as long as a hundred plain words."""
        disguised = [
            chunk
            for chunk in dict.fromkeys(chunks)
            if not (chunk.isalpha() or _LEET.keys().isdisjoint(chunk.strip(_EDGE)))
        ]
        half = _MAX_DISGUISED // 2
        skipped = frozenset(disguised[half:-half])
        return (chunk if chunk in skipped else self._chunk(chunk) for chunk in chunks)

    def _joined(self, folded: str) -> str:
        """Joins the halves of a torn word ("stu pid") unless both are common words ("pen is")."""
        chunks = folded.split(" ")
        halves = [
            index
            for index, (left, right) in enumerate(pairwise(chunks))
            if left + right in self._targets and (self._uncommon(left) or self._uncommon(right))
        ]
        if not halves:
            return folded
        closed = frozenset(halves)
        spaced = ((chunk, "" if index in closed else " ") for index, chunk in enumerate(chunks))
        return "".join(map("".join, spaced)).rstrip(" ")

    def _uncommon(self, part: str) -> bool:
        common = _COMMON_SHORT if len(part) <= 2 else _COMMON
        return self._rank.get(part, common) >= common

    def _fold_chunk(self, chunk: str) -> str:
        core = chunk.strip(_EDGE)
        if not core or len(core) > _MAX_CHUNK:
            return chunk if len(chunk) <= 64 else _RUN.sub(r"\1\1", chunk)
        folded = self._fold_word(core)
        return chunk if folded == core else chunk.replace(core, folded, 1)

    def _fold_word(self, word: str) -> str:
        bare = word.rstrip("!")  # at the end no i, but a shout: "stpuid!"
        if bare in self._slips:
            return self._slips[bare] + word[len(bare) :]
        if word in self._rank or word.rstrip("!*$|+") in self._rank:
            return word
        for candidates in self._candidates(word):
            known = [candidate for candidate in candidates if candidate in self._rank]
            if known:
                return min(known, key=self._rank.__getitem__)
        return _RUN.sub(r"\1\1", word)

    def _candidates(self, word: str) -> Iterator[list[str]]:
        """Plain words that `word` may stand for, likelier groups first, a bounded number.

        For "sh11t!!": shiitii, shiltii, …; without repeats shiti, shlti; without the marks at its
        end shiit, shilt, …; without both shit, shlt.
        """
        for form in dict.fromkeys((word, word.rstrip("!"), _GAP.sub("", word))):
            once = _RUN.sub(r"\1", form)
            for variant in dict.fromkeys((_RUN.sub(r"\1\1", form), once, _TWIN.sub(r"\1", once))):
                if any(letter.isalpha() for letter in variant):
                    options = [_LEET.get(letter, letter) for letter in variant]
                    yield [
                        "".join(letters) for letters in islice(product(*options), _MAX_CANDIDATES)
                    ]
