"""Whose word a term is, and whether it is aimed at someone: "du Trottel", not "ich Trottel".

A term is aimed if a word that addresses or points at a person stands near it, if a handle does, or
if nothing else is said. Which words those are (*du*, *eres*, *ты*) every language's file lists as
its `address`. In scripts written without spaces they are sought as parts of the text near by.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set
from functools import cache

from moderator.language import ENGLISH
from moderator.lexicon.entries.dataset import Term

_LOOK_AROUND = 40  # characters on each side
_BEFORE, _AFTER = 4, 2  # words in which an address is sought
_UNSPACED_BEFORE, _UNSPACED_AFTER = 8, 5  # likewise, characters
_WORD = re.compile(r"@?\w[\w\u0300-\u036f\u0900-\u0963]*")
_FIRST_UNSPACED = "\u0e00"
"""Thai; most scripts beyond it have no spaces between words."""
_HANGUL = ("\uac00", "\ud7a3")


@cache
def address_words(words: str) -> frozenset[str]:
    """Words of a lexicon file's `address`, in lower case, also as written without accents."""
    listed = words.lower().split()
    return frozenset(listed) | {_unaccented(word) for word in listed}


def is_aimed(text: str, start: int, end: int, address: Set[str]) -> bool:
    """Whether the term at `start`..`end` is aimed at someone by one of the words of `address`."""
    before = text[max(0, start - _LOOK_AROUND) : start].lower()
    after = text[end : end + _LOOK_AROUND].lower()
    words, following = _WORD.findall(before), _WORD.findall(after)
    if not words and not following:
        return True
    if _is_unspaced(text[start]):
        near = before[-_UNSPACED_BEFORE:], after[:_UNSPACED_AFTER]
        return any(word in part for word in address for part in near)
    own = text[start:end].lower().split()[:-1]
    near_by = [*own, *words[-_BEFORE:], *following[:_AFTER]]
    return any(word in address or word[0] == "@" for word in near_by)


class Namesakes:
    """Terms of several languages that are spelled alike: which of them a text means."""

    def __init__(self, terms: Sequence[Term]) -> None:
        by_spelling: dict[str, dict[str, int]] = {}
        for number, term in enumerate(terms):
            for spelling in term.spellings:
                by_spelling.setdefault(_letters(spelling), {}).setdefault(term.language, number)
        self._by_spelling = {key: found for key, found in by_spelling.items() if len(found) > 1}

    def meant(self, found: str, number: int, language: str | None) -> int:
        """The term of the text's language, of English if that is unknown, or `number`.

        `found` is the place in the text in canonical form, `number` the term found there.
        """
        alike = self._by_spelling.get(_letters(found))
        return alike.get(language or ENGLISH, number) if alike else number


def _letters(spelling: str) -> str:
    return spelling if spelling.isalnum() else "".join(filter(str.isalnum, spelling))


def _is_unspaced(char: str) -> bool:
    return char >= _FIRST_UNSPACED and not _HANGUL[0] <= char <= _HANGUL[1]


def _unaccented(word: str) -> str:
    letters: Sequence[str] = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
