"""Words with some letters behind symbols or digits, wherever in the word: "f$cks", "hi!|er".

A word is compared with all terms of its length and first letter. A symbol stands for the letters
that it resembles; a mask (`*`, `-`, `_`), or the only symbol of the word, for any letter; the only
digit for any vowel; an x between two consonants for a vowel. One kind of mask may hide all but the
first and the last letter ("b***h") or the end of the word ("fu**"). A single sign or a pair of
brackets within a word may also stand for no letter ("wan/ker", "s[l]ut").

Worked example, `sh!+`: four characters, beginning with s. Of the terms "shag", "shit", "slag",
"slut" … only "shit" has h second, i or l third (`!`) and t last (`+`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from moderator.language import COMMON_WORDS
from moderator.lexicon.entries.dataset import Lexicon
from moderator.lexicon.entries.surface_forms import MAX_LETTERS, MIN_LETTERS, forms_to_hide
from moderator.lexicon.finding import Finding, Rank

_VOWELS = frozenset("aeiou")
_LOOKS = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "au", "5": "s", "6": "gb", "7": "t", "8": "b",
    "9": "gq", "@": "a", "$": "s", "!": "il", "|": "il", "+": "t", "<": "ck", "(": "c", "#": "h",
    "&": "a", "^": "a", "%": "x", ":": "i", "{": "c", ")": "d",
}  # fmt: skip
_READABLE = frozenset("abcdefghijklmnopqrstuvwxyz*-_?;=~").union(_LOOKS)
_MASKS = frozenset("*#%^~&_-?;=")
_ANY = frozenset("@$!|+<(#&%^~*_-?;=:{")
_HINT = re.compile(  # begins with a non-letter or x: re skips to those, eight times as fast
    rb"([^\sa-wyz])(?:"
    rb"(?<=[a-z][$@#*%&<^+~_!|(){?;=:-])[$@#*%&<^+~_!|(){?;=:-]*[a-z]"  # f$ck
    rb"|(?<=[a-z][.,/`\[\]])[a-z]"  # wan/ker
    rb"|(?<![^\s].)(?<=[(<{])[.]?[a-z]{2}"  # (unt, <.unt
    rb"|(?<=[a-z]')(?!(?:s|t|d|m|re|ve|ll|em|all)\b)[a-z]"  # f'uck
    rb"|(?<=[a-z][$@#*+!|])(?:[$@#*+!|]*[$@#*+]|(?<=[$@#*+]))(?![a-z])"  # fu**
    rb"|(?<=[a-z]-)-+(?![a-z-])"  # fuc--
    rb"|(?<=[a-z][0-9])[0-9]*[a-z]"  # f4ck
    rb"|(?<=[b-df-hj-np-tvwz]x)[b-df-hj-np-tvwz]"  # fxck
    rb"|(?<=[a-z][^\w\s])[^\s]\1[^\s]\1)"  # f-u-<-k
)
_MAX_WORDS = 200  # looked at in one text
_OPENERS, _CLOSERS = b"\"'([{*_~", b"\"')]}.,;:?!~"
_NO_LETTERS = b"\"')]}.,;?~"  # those of the closers that stand for no letter
_EMPHASIS = (b"*", b"_", b"~")
_OPEN = frozenset("<({")
_MIN_SHOWN = 3
_LEGIBLE = 5  # letters shown from which on one of several signs may hide any letter: "hi!|er"
_OF_TWO_LETTERS = frozenset(
    ("am", "an", "as", "at", "be", "by", "do", "go", "ha", "he", "hi", "if", "in", "is", "it", "me",
     "my", "no", "of", "oh", "ok", "on", "or", "so", "to", "up", "us", "we")
)  # fmt: skip
_CUT_OFF = 4  # letters before dashes at the end, which more often end a clause than a word


class MaskedWords:
    """Finds masked terms, word by word."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words: dict[tuple[str, int], dict[str, int]] = {}
        for number, term in enumerate(lexicon.terms):
            if not term.worth_hiding:
                continue
            for _, forms in forms_to_hide(term):
                for form in forms:
                    if form.isalpha() and MIN_LETTERS <= len(form) <= MAX_LETTERS:
                        known = self._words.setdefault((form[0], len(form)), {})
                        known.setdefault(form, number)

    def hints(self, raw: bytes) -> bool:
        """Whether a text has anything that may be a masked word."""
        return _HINT.search(raw.lower()) is not None

    def find(self, raw: bytes) -> Iterator[Finding]:
        """Findings in a canonical text in UTF-8, of at most 200 words."""
        lower = raw.lower().replace(b"\n", b" ")
        read_to = count = 0
        for hint in _HINT.finditer(lower):
            if hint.start() < read_to:
                continue
            start = max(lower.rfind(b" ", read_to, hint.start()) + 1, read_to)
            read_to = lower.find(b" ", hint.end())
            if read_to < 0:
                read_to = len(lower)
            count += 1
            if count > _MAX_WORDS:
                return
            if read_to - start > 2 * MAX_LETTERS:
                continue
            word = lower[start:read_to]
            bare = word.lstrip(_OPENERS)
            start += len(word) - len(bare)
            while start and bare[-1:] in _EMPHASIS and bare[-1] == lower[start - 1]:
                bare = bare[:-1]  # *emphasis* hides nothing
            if word.isascii():
                yield from self._in_word(bare, start, _opened(word, bare))

    def _in_word(self, bare: bytes, start: int, opened: bytes) -> Iterator[Finding]:
        """The finding in a word that starts at `start`, or one before, `opened` by a bracket."""
        for shown in dict.fromkeys((bare.rstrip(_CLOSERS), bare.rstrip(_NO_LETTERS), opened)):
            term = self._term(shown.decode()) if shown else None
            if term is not None:
                first = start - (shown is opened)
                yield Finding(first, first + len(shown), Rank.DISGUISED, term, True)
                return

    def _term(self, written: str) -> int | None:
        """The term of a masked word, or None."""
        word = _closed_up(written)
        for plain in {word, _without_sign(written)} - {written}:
            if plain.isalpha() and (term := self._known(plain)) is not None:
                return term
        if not MIN_LETTERS <= len(word) <= MAX_LETTERS or not _READABLE.issuperset(word):
            return None
        if word.isalpha() and "x" not in word:
            return None
        for first in _LOOKS.get(word[0], word[0]):
            terms = self._words.get((first, len(word)))
            if terms:
                term = self._of(word, terms)
                if term is not None:
                    return term
        return None

    def _known(self, word: str) -> int | None:
        return self._words.get((word[0], len(word)), {}).get(word)

    def _of(self, word: str, terms: Mapping[str, int]) -> int | None:
        alone = sum(map(str.isalpha, word)) == len(word) - 1
        options = [_options(word, index, alone) for index in range(len(word))]
        for term, number in terms.items():
            shown = guessed = 0
            for letter, (exact, loose, wild) in zip(term, options, strict=True):
                if letter in exact:
                    shown += 1
                elif wild:
                    guessed += 1
                elif letter not in loose:
                    break
            else:
                if guessed > (shown >= _LEGIBLE) or (shown == len(word) and word.isalpha()):
                    continue
                if _is_legible(word, shown):
                    return number
        return None


def _is_legible(word: str, shown: int) -> bool:
    """Whether the letters shown say enough, given where the others are masked."""
    stem = word.rstrip("*#-")
    if stem == word:
        return shown >= _MIN_SHOWN or (shown == 2 and _is_all_masked(word))
    if word.endswith("-") or shown == 2:
        least = _CUT_OFF if word.endswith("-") else 2
        known = COMMON_WORDS if shown > 2 else _OF_TWO_LETTERS
        return shown >= least and stem.isalpha() and stem not in known
    return shown >= _MIN_SHOWN


_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_NONE: frozenset[str] = frozenset()


def _opened(word: bytes, bare: bytes) -> bytes:
    """The word with the bracket before it that may be a c: "(unt"; empty if it may not."""
    before = word[-len(bare) - 1 :]
    if word == bare or before[:1] not in (b"(", b"{") or b")" in word:
        return b""
    return b"" if bare.rstrip(_CLOSERS).decode() in COMMON_WORDS else before.rstrip(_CLOSERS)


def _options(word: str, index: int, alone: bool) -> tuple[frozenset[str], frozenset[str], bool]:
    """(letters that a character shows, further ones that it hides, whether it may hide any).

    What looks like a letter hides another one if it is `alone`, as in "f$cks", and may hide any
    if enough letters are shown, as in "hi!|er", but not in "cl@$$".
    """
    char = word[index]
    exact = frozenset(_LOOKS.get(char, char))
    if char in _ANY:
        hides = alone or char in _MASKS
        return exact, _LETTERS if hides else _NONE, not hides
    if char.isdigit():
        return exact, _VOWELS if alone else _NONE, False
    between = 0 < index < len(word) - 1
    if char == "x" and between and not {word[index - 1], word[index + 1]} & _VOWELS:
        return exact, _VOWELS, False
    return exact, _NONE, False


def _is_all_masked(word: str) -> bool:
    """Whether all but the ends are behind one kind of mask: "s**t", "f-----g".

    Dashes and underscores between two equal letters draw a face: "T__T".
    """
    sign = word[1]
    return set(word[1:-1]) == {sign} and (sign in "*#" or (sign in "-_" and word[0] != word[-1]))


def _without_sign(word: str) -> str:
    """Without the only sign in it, or the only pair of brackets, if its pieces are not words."""
    pieces = _SIGN_WITHIN.fullmatch(word)
    if pieces is None or COMMON_WORDS.issuperset(filter(None, pieces.groups())):
        return word
    return "".join(filter(None, pieces.groups()))


_SIGN_WITHIN = re.compile(
    r"([a-z]+)[.,~/*_:`'+=|-]([a-z]+)|([a-z]+)(?:\[([a-z]+)\]|\(([a-z]+)\)|\{([a-z]+)\}|<([a-z]+)>)([a-z]+)"
)


def _closed_up(word: str) -> str:
    """Without signs that show nothing: the same one after every character ("f-u-<-k"), a point
    after a bracket ("<.unt"), an apostrophe ("f'uck")."""
    separators = set(word[1::2])
    if len(word) > 4 and len(separators) == 1 and separators.isdisjoint(word[::2]):
        (separator,) = separators
        if not separator.isalnum():
            return word[::2]
    if word[1:2] == "." and word[0] in _OPEN:  # "<.unt"
        return word[0] + word[2:]
    within = word.find("'", 1)
    if within > 0 and word.replace("'", "").isalpha():
        return word[:within] + word[within + 1 :]
    return word
