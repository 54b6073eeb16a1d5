"""More disguises of every term than `moderator.evaluation.evasions` has, and terms without entry.

Each way takes a word and a random generator, and gives the word disguised. The lexicon has rules
for most of them by now (signs and digits, letters doubled, missing or exchanged, spelt as it
sounds, padded, glued, read backwards), so the shares found say how far the rules reach, not what
they make of a disguise that nobody thought of. Entries left out are truly held out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from moderator.evaluation.evasions import dropped, swapped
from moderator.lexicon import Lexicon, Matcher, Term

Way = Callable[[str, random.Random], str]
MIN_LETTERS, MAX_LETTERS = 4, 12
"""Of the terms disguised: shorter ones cannot be recognised behind a mask."""
_KEYS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopqsdfghjklaxcvbnmz", strict=True))
_SOUNDS = (("ck", "kk"), ("ph", "f"), ("f", "ph"), ("er", "ah"), ("c", "k"), ("s", "z"), ("i", "y"))
_DIGITS = {
    "a": "4", "b": "8", "e": "3", "g": "6", "i": "1", "l": "1", "o": "0", "q": "9", "s": "5",
    "t": "7", "z": "2",
}  # fmt: skip
_LOOKS = {
    "a": "@^&", "c": "<({", "d": ")", "e": "&€", "h": "#", "i": "!|:", "l": "|!", "o": "*()",
    "s": "$§", "t": "+†",
    "u": "*v", "x": "%",
}  # fmt: skip
_MARKED = dict(zip("acdeghiklnorstuwyz", "ăċďęġħįķļňőřşťůŵÿž", strict=True))
_TAILS = ("master", "town", "party", "juice", "machine", "monster", "lord", "nugget")


def _inner(word: str, chance: random.Random) -> int:
    return chance.randrange(1, len(word) - 1)


def _with(word: str, at: int, new: str) -> str:
    return word[:at] + new + word[at + 1 :]


def any_sign(word: str, chance: random.Random) -> str:
    """A sign that looks like nothing in the place of an inner letter."""
    return _with(word, _inner(word, chance), chance.choice("?;=§%~"))


def looks_like(word: str, chance: random.Random) -> str:
    """A sign for any one letter that has one, the first and the last among them."""
    places = [at for at, letter in enumerate(word) if letter in _LOOKS]
    if not places:
        return any_sign(word, chance)
    at = chance.choice(places)
    return _with(word, at, chance.choice(_LOOKS[word[at]]))


def two_looks(word: str, chance: random.Random) -> str:
    """Two letters as signs or digits."""
    return a_digit(looks_like(word, chance), chance)


def a_digit(word: str, chance: random.Random) -> str:
    """A digit for any letter that looks like one."""
    places = [at for at, letter in enumerate(word) if letter in _DIGITS]
    if not places:
        return word.upper()
    at = chance.choice(places)
    return _with(word, at, _DIGITS[word[at]])


def bracketed(word: str, chance: random.Random) -> str:
    """Brackets around a letter."""
    at, pair = _inner(word, chance), chance.choice(("[]", "()", "{}", "<>"))
    return _with(word, at, pair[0] + word[at] + pair[1])


def quoted_letter(word: str, chance: random.Random) -> str:
    """An apostrophe or accent between two letters."""
    at = _inner(word, chance)
    return word[:at] + chance.choice("'`´’") + word[at:]


def sign_between(word: str, chance: random.Random) -> str:
    """The same sign between all letters."""
    return chance.choice("~+=/|:").join(word)


def sign_within(word: str, chance: random.Random) -> str:
    """One sign too many."""
    at = _inner(word, chance)
    return word[:at] + chance.choice(".,~/*_:") + word[at:]


def marks(word: str, chance: random.Random) -> str:
    """A letter or two with marks of other languages."""
    places = [at for at, letter in enumerate(word) if letter in _MARKED]
    for at in chance.sample(places, min(2, len(places))):
        word = _with(word, at, _MARKED[word[at]])
    return word


def wide_mask(word: str, chance: random.Random) -> str:
    """All but the ends masked."""
    return word[0] + chance.choice("*-_.#") * (len(word) - 2) + word[-1]


def end_masked(word: str, chance: random.Random) -> str:
    """The end masked."""
    return word[:-2] + chance.choice("*#-") * 2


def doubled(word: str, chance: random.Random) -> str:
    """An inner letter twice."""
    at = _inner(word, chance)
    return _with(word, at, word[at] * 2)


def vowel_dropped(word: str, chance: random.Random) -> str:
    """An inner vowel missing."""
    places = [at for at in range(1, len(word) - 1) if word[at] in "aeiou"]
    return _with(word, chance.choice(places), "") if places else word


def mistyped(word: str, chance: random.Random) -> str:
    """The key beside the one meant, within the word."""
    at = _inner(word, chance)
    return _with(word, at, _KEYS.get(word[at], word[at]))


def as_it_sounds(word: str, chance: random.Random) -> str:
    """Spelt by its sound."""
    fitting = [(old, new) for old, new in _SOUNDS if old in word]
    return word.replace(*chance.choice(fitting)) if fitting else word.upper()


def padded(word: str, chance: random.Random) -> str:
    """A letter before or after it."""
    return chance.choice(("x" + word, word + "x", "z" + word, word + "q"))


def compound(word: str, chance: random.Random) -> str:
    """Glued to a noun."""
    return word + chance.choice(_TAILS)


def hashtag(word: str, _: random.Random) -> str:
    """Glued into a hashtag, all in small letters."""
    return f"#no{word}here"


def backwards(word: str, _: random.Random) -> str:
    """Read from the end."""
    return word[::-1]


def pictograph_within(word: str, chance: random.Random) -> str:
    """An emoji between two letters."""
    at = _inner(word, chance)
    return word[:at] + chance.choice("🔥💀😂") + word[at:]


def broken(word: str, chance: random.Random) -> str:
    """A space before the last but one letter, in capitals."""
    return f"{word[:-2]} {word[-2:]}".upper()


WAYS: tuple[Way, ...] = (
    any_sign, looks_like, two_looks, a_digit, bracketed, quoted_letter, sign_between, sign_within,
    marks, wide_mask, end_masked, doubled, dropped, vowel_dropped, swapped, mistyped, as_it_sounds,
    padded, compound, hashtag, backwards, pictograph_within, broken,
)  # fmt: skip


NOT_SEEN_THROUGH = {
    "looks_like": "a bracket at the end of a word closes a remark",
    "two_looks": "a bracket at the end of a word closes a remark",
    "wide_mask": "points join sentences, dashes between equal letters draw faces",
    "end_masked": "dashes after a word of three letters end a clause",
    "vowel_dropped": "what is left of four letters is often a word",
    "dropped": "what is left may be a word, or an innocent one misspelt: bith",
    "mistyped": "of four letters nearly every slip is a word",
    "broken": "pieces that are words: PEN IS",
}
"""By way: what the lexicon leaves alone, because innocent text is written so too."""


def words_of(lexicon: Lexicon, language: str = "en") -> list[str]:
    """The first spelling of every term of a language that is one word and worth hiding."""
    words = (
        term.spellings[0]
        for term in lexicon.terms
        if term.language == language and term.worth_hiding
    )
    return [
        word
        for word in dict.fromkeys(words)
        if word.isascii() and word.isalpha() and MIN_LETTERS <= len(word) <= MAX_LETTERS
    ]


def shown(words: Sequence[str], way: Way, seed: int = 0) -> list[str]:
    """Each word disguised in one way, always the same at the same seed."""
    chance = random.Random(f"{seed} {way.__name__}")
    return [way(word, chance) for word in words]


def found_by_way(matcher: Matcher) -> Mapping[str, float]:
    """By way: the share of all terms found when so disguised, in a sentence."""
    words = words_of(matcher.lexicon)
    return {
        way.__name__: sum(bool(matcher.find(f"well, {word} then")) for word in shown(words, way))
        / len(words)
        for way in WAYS
    }


def blamed_by_way(matcher: Matcher, innocent: Sequence[str]) -> Mapping[str, float]:
    """By way: the share of innocent words blamed for it, though the plain word is not."""
    words = [
        word
        for word in innocent
        if word.isascii()
        and word.isalpha()
        and MIN_LETTERS <= len(word) <= MAX_LETTERS
        and not matcher.find(word)
    ]
    return {
        way.__name__: sum(bool(matcher.find(f"well, {word} then")) for word in shown(words, way))
        / max(1, len(words))
        for way in WAYS
    }


def found_without_entry(lexicon: Lexicon, folds: int = 4) -> float:
    """The share of listed respellings that rules still find if their entry is left out.

    Of each fold of the terms all entries but the first of a name go, and of that all spellings but
    the first two.
    """
    names = list(dict.fromkeys(term.id for term in lexicon.terms if term.worth_hiding))
    tried = found = 0
    for fold in range(folds):
        held = frozenset(names[fold::folds])
        left_out = list(_respellings(lexicon, held))
        matcher = Matcher(replace(lexicon, terms=tuple(_without(lexicon, held))))
        tried += len(left_out)
        found += sum(bool(matcher.find(f"well, {word} then")) for word in left_out)
    return found / max(1, tried)


def _without(lexicon: Lexicon, held: frozenset[str]) -> Iterator[Term]:
    seen: set[str] = set()
    for term in lexicon.terms:
        if term.id not in held:
            yield term
        elif term.id not in seen:
            seen.add(term.id)
            yield replace(term, spellings=term.spellings[:2])


def _respellings(lexicon: Lexicon, held: frozenset[str]) -> Iterator[str]:
    seen: set[str] = set()
    for term in lexicon.terms:
        if term.id in held and term.language == "en":
            listed = term.spellings[2:] if term.id not in seen else term.spellings
            seen.add(term.id)
            yield from (
                word for word in listed if word.isascii() and word.isalpha() and len(word) > 3
            )
