"""Words with some letters behind symbols or digits, wherever in the word: "f$cks", "hi!|er".

A word is compared with all terms of its length and first letter. A symbol stands for the letters
that it resembles; a mask (`*`, `-`, `_`), or the only symbol of the word, for any letter; the only
digit for any vowel; an x between two consonants for a vowel.

Worked example, `sh!+`: four characters, beginning with s. Of the terms "shag", "shit", "slag",
"slut" … only "shit" has h second, i or l third (`!`) and t last (`+`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from moderator.lexicon.entries.dataset import Lexicon
from moderator.lexicon.entries.inflect import forms
from moderator.lexicon.entries.surface_forms import MAX_LETTERS, MIN_LETTERS, SLANG
from moderator.lexicon.finding import Finding, Rank

_VOWELS = frozenset("aeiou")
_LOOKS = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "au", "5": "s", "6": "gb", "7": "t", "8": "b",
    "9": "gq", "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "<": "ck", "(": "c", "#": "h",
    "&": "a", "^": "a",
}  # fmt: skip
_MASKS = frozenset("*#%^~&_-")
_ANY = frozenset("@$!|+<(#&%^~*_-")
_HINT = re.compile(
    rb"[a-z][$@#*%&<^+~_!|()-]+[a-z]|[a-z][$@#*+!|]*[$@#*+](?![a-z])|[a-z][0-9]+[a-z]"
    rb"|[b-df-hj-np-tvwz]x[b-df-hj-np-tvwz]|[a-z]([-._*])[^\s]\1[^\s]\1"
)
_BLANKS = (b" ", b"\n")
_MAX_WORDS = 200  # looked at in one text
_OPENERS, _CLOSERS = b"\"'([{*_~", b"\"')]}.,;:?!~"
_EMPHASIS = (b"*", b"_", b"~")
_MIN_SHOWN = 3
_LONG_MASK = 3  # signs: "f-----g" is written so for one word only


class MaskedWords:
    """Finds masked terms, word by word."""

    def __init__(self, lexicon: Lexicon, inside_words: frozenset[int]) -> None:
        self._inside_words = inside_words
        self._words: dict[tuple[str, int], dict[str, int]] = {}
        for number, term in enumerate(lexicon.terms):
            if not term.worth_hiding:
                continue
            for spelling in term.spellings[:2]:
                word = spelling.replace(" ", "")
                if not (word.isalpha() and word.isascii()):
                    continue
                for form in forms(word, term.forms):
                    if not form.isalpha() or not MIN_LETTERS <= len(form) <= MAX_LETTERS:
                        continue
                    if form == word or not form.endswith(SLANG):
                        known = self._words.setdefault((form[0], len(form)), {})
                        known.setdefault(form, number)

    def hints(self, raw: bytes) -> bool:
        """Whether a text has anything that may be a masked word."""
        return _HINT.search(raw.lower()) is not None

    def find(self, raw: bytes) -> Iterator[Finding]:
        """Findings in a canonical text in UTF-8, of at most 200 words."""
        lower = raw.lower()
        read_to = count = 0
        for hint in _HINT.finditer(lower):
            if hint.start() < read_to:
                continue
            start = max(lower.rfind(blank, read_to, hint.start()) + 1 for blank in _BLANKS)
            start = max(start, read_to)
            ends = [lower.find(blank, hint.end()) for blank in _BLANKS]
            end = min((at for at in ends if at >= 0), default=len(lower))
            read_to = end
            count += 1
            if count > _MAX_WORDS:
                return
            word = lower[start:end]
            start += len(word) - len(word.lstrip(_OPENERS))
            word = word.lstrip(_OPENERS)
            while start and word[-1:] in _EMPHASIS and word[-1] == lower[start - 1]:
                word = word[:-1]  # *emphasis* hides nothing
            if len(word) <= 2 * MAX_LETTERS and word.isascii():
                for shown in dict.fromkeys((word.rstrip(_CLOSERS), word)):
                    term = self._term(_closed_up(shown.decode()))
                    if term is not None:
                        yield Finding(start, start + len(shown), Rank.DISGUISED, term, True)
                        break

    def _term(self, word: str) -> int | None:
        """The term of a masked word, or None."""
        if not MIN_LETTERS <= len(word) <= MAX_LETTERS or (word.isalpha() and "x" not in word):
            return None
        firsts = _LOOKS.get(word[0], word[0])
        for first in firsts:
            terms = self._words.get((first, len(word)))
            if terms:
                term = self._of(word, terms)
                if term is not None:
                    return term
        return None

    def _of(self, word: str, terms: Mapping[str, int]) -> int | None:
        alone = sum(map(str.isalpha, word)) == len(word) - 1
        options = [_options(word, at, alone) for at in range(len(word))]
        for term, number in terms.items():
            shown = 0
            for letter, (exact, loose) in zip(term, options, strict=True):
                if letter in exact:
                    shown += 1
                elif letter not in loose:
                    break
            else:
                if shown == len(word) and word.isalpha():
                    continue
                if shown >= _MIN_SHOWN or self._is_written_so(word, number, shown):
                    return number
        return None

    def _is_written_so(self, word: str, number: int, shown: int) -> bool:
        hidden = word[1:-1]
        masked = len(hidden) >= _LONG_MASK and not hidden.strip("-*_")
        return shown == 2 and masked and number in self._inside_words


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_NONE: frozenset[str] = frozenset()


def _options(word: str, at: int, alone: bool) -> tuple[frozenset[str], frozenset[str]]:
    """(letters that a character shows, further ones that it may hide).

    What looks like a letter hides another one only if it is `alone`: "f$cks", but not "cl@$$".
    """
    char = word[at]
    exact = frozenset(_LOOKS.get(char, char))
    if char in _ANY:
        return exact, _LETTERS if alone or char in _MASKS else _NONE
    if char.isdigit():
        return exact, _VOWELS if alone else _NONE
    between = 0 < at < len(word) - 1
    if char == "x" and between and not {word[at - 1], word[at + 1]} & _VOWELS:
        return exact, _VOWELS
    return exact, _NONE


def _closed_up(word: str) -> str:
    """Without the same separator after every character: "f-u-<-k"."""
    separators = set(word[1::2])
    apart = len(word) > 4 and len(separators) == 1 and separators <= set("-._*")
    if apart and separators.isdisjoint(word[::2]):
        return word[::2]
    return word
