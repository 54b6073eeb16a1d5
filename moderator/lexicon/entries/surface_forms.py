"""Every form that a term may have in plain text, written out.

A *surface form* is canonical text: words of letters and digits, single spaces between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import lru_cache
from itertools import combinations, product
from string import ascii_lowercase

from moderator.language import ENGLISH
from moderator.lexicon.entries.dataset import Allowed, Term
from moderator.lexicon.entries.inflect import forms

MIN_LETTERS, MAX_LETTERS = 4, 14  # of a word worth disguising


def surface_forms(entry: Term | Allowed) -> Iterator[str]:
    """All inflected forms of all spellings, each gap once as a space and once closed."""
    for spelling in entry.spellings:
        words = spelling.replace("_", "\0").split(" ")
        for gaps in (
            product(" ", repeat=len(words) - 1) if len(words) > 4 else _gaps(len(words) - 1)
        ):
            joined = "".join(w + g for w, g in zip(words, (*gaps, ""), strict=True))
            yield from forms(joined.replace("\0", " "), entry.forms)


def _gaps(count: int) -> Iterator[tuple[str, ...]]:
    return product((" ", ""), repeat=count)


def forms_to_hide(term: Term) -> Iterator[tuple[str, list[str]]]:
    """The first two spellings in ASCII letters, without gaps, and the forms of each but slang.

    Further spellings are disguises themselves.
    """
    for spelling in (spelling.replace(" ", "") for spelling in term.spellings[:2]):
        if spelling.isalpha() and spelling.isascii():
            yield (
                spelling,
                [
                    form
                    for form in forms(spelling, term.forms)
                    if form == spelling or not form.endswith(_SLANG)
                ],
            )


_SLANG = ("a", "as", "az", "ah", "z", "'")


def disguised(
    term: Term, words: frozenset[str], real: Set[str], misspelt: Set[str] = frozenset()
) -> Iterator[str]:
    """Forms in plain letters in which a term of one word may hide: "f uck", "fuuck", "shlt".

    Only of spellings long enough not to occur by chance. Forms that are among `words` or `real` are
    left out, as are typing slips among `misspelt`, which may be innocent words misspelt.
    """
    main, joined = term.spellings[0].replace(" ", ""), term.boundary != "word"
    anywhere = term.counts_inside_words
    for spelling, surfaces in forms_to_hide(term):
        if not MIN_LETTERS <= len(spelling) <= MAX_LETTERS:
            continue
        for surface in filter(str.isalpha, surfaces):
            max_breaks = 2 if surface == spelling and len(spelling) <= 6 else 1
            for pieces in split(surface, max_breaks):
                if not words.issuperset(pieces) and (anywhere or not all(map(plausible, pieces))):
                    yield " ".join(pieces)
            slipped = [*stretched(surface), *swapped(surface)] if joined else []
            if term.language == ENGLISH:
                slipped += slips(surface)
                if spelling == main:
                    mistyped = anywhere or surface == main
                    typed = typing_slips(surface) if mistyped else lacking(surface)
                    slipped += (s for s in typed if len(s) >= MIN_LETTERS and s not in misspelt)
            yield from (s for s in dict.fromkeys(slipped) if s not in words and s not in real)


def split(surface: str, max_breaks: int) -> Iterator[tuple[str, ...]]:
    """The pieces of the surface with one or two breaks in it: "f uck", "fu c k"."""
    size = len(surface)
    for first in range(1, size):
        yield surface[:first], surface[first:]
    if max_breaks > 1:
        for first, second in combinations(range(1, size), 2):
            yield surface[:first], surface[first:second], surface[second:]


def slips(surface: str) -> Iterator[str]:
    """The surface misspelt on purpose or not: a letter doubled, two neighbours exchanged, an inner
    vowel missing, read from its end, as it sounds, in pig Latin or ROT13.

    Of a short one only those that could not be words.
    """
    yield from stretched(surface)
    yield pig_latin(surface)
    slipped = dict.fromkeys(_slips(surface))
    yield from (
        s
        for s in slipped
        if (len(surface) >= _MIN_SLIP and len(s) >= _MIN_SLIP)
        or (not plausible(s) and len(s) >= MIN_LETTERS)
    )


def typing_slips(surface: str) -> Iterator[str]:
    """The surface without one of its inner letters and, if it has five letters and more, with the
    key beside one."""
    yield from lacking(surface)
    if len(surface) >= _MIN_SLIP:
        for index in range(1, len(surface) - 1):
            for key in _BESIDE.get(surface[index], ""):
                yield surface[:index] + key + surface[index + 1 :]


def lacking(word: str) -> Iterator[str]:
    """The word without one of its inner letters: "word" gives wrd and wod."""
    return (word[:index] + word[index + 1 :] for index in range(1, len(word) - 1))


def pig_latin(word: str) -> str:
    """The word with its first consonants at its end, and "ay": uckfay, itchbay, assyay."""
    rest = word.lstrip("bcdfghjklmnpqrstvwxz")
    onset = word[: len(word) - len(rest)]
    return f"{rest}{onset or 'y'}ay"


def _slips(surface: str) -> Iterator[str]:
    yield surface[::-1]
    yield surface.translate(_ROT13)
    for index in range(1, len(surface) - 1):
        before, letter, after = surface[:index], surface[index], surface[index + 1 :]
        if letter != after[0]:
            yield before + after[0] + letter + after[1:]
        if letter in "aeiou":
            yield before + after
    for sound, spelt in _SOUNDS:
        if sound in surface:
            yield surface.replace(sound, spelt)


_MIN_SLIP = 5  # letters
_ROT13 = str.maketrans(ascii_lowercase, ascii_lowercase[13:] + ascii_lowercase[:13])
_SOUNDS = (
    ("ck", "kk"), ("ck", "k"), ("ph", "f"), ("f", "ph"), ("er", "ah"), ("c", "k"), ("s", "z"),
    ("i", "y"), ("gg", "qq"), ("gg", "99"), ("u", "oo"), ("u", "v"),
)  # fmt: skip
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: row[max(0, index - 1) : index] + row[index + 1 : index + 2]
    for row in _ROWS
    for index, letter in enumerate(row)
}
"""The keys to the left and the right of each letter."""


@lru_cache(maxsize=1 << 15)
def plausible(piece: str) -> bool:
    """Whether a piece could be a word: it has a vowel, and begins as English words do."""
    onset = len(piece) - len(piece.lstrip("bcdfghjklmnpqrstvwxz"))
    return len(piece) > 1 and onset < len(piece) and piece[:onset] in _ONSETS


_BEGINNINGS = """
b c d f g h j k l m n p q r s t v w x z bl br ch cl cr dr dw fl fr gh gl gn gr kn ph pl pr qu
rh sc sch sh sk sl sm sn sp sq st str sw th tr ts tw wh wr scr shr spl spr thr
"""
_ONSETS = frozenset(("", *_BEGINNINGS.split()))


def stretched(surface: str) -> Iterator[str]:
    """The surface with one letter doubled that was single ("fuuck")."""
    for index, letter in enumerate(surface):
        if letter not in surface[index - 1 : index] + surface[index + 1 : index + 2]:
            yield surface[:index] + letter + surface[index:]


def swapped(surface: str) -> Iterator[str]:
    """The surface with a letter written as others that look alike ("shlt", "vvhore")."""
    for letter, likeness in (("i", "l"), ("i", "j"), ("w", "vv"), ("u", "v"), ("b", "l3")):
        if letter in surface:
            yield surface.replace(letter, likeness)
