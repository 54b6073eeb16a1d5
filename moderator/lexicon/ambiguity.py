"""Drops matches that mean something else in context: names, homonyms, addresses, code.

Words that are also names (`names` in a lexicon file) do not count if written as one: *Kike García*,
*Kuntz scored twice*. Homonyms (`homonyms`: *a chink of light*, *homo milk*) count only disguised,
or near a word that addresses or abuses someone: *you chink*. Nothing counts inside an address, an
identifier, a formula or a run of random characters, unless it is the plain word of an address.
A misspelt insult right after "you" is a disguise, *you bich*, and so is a term without its vowels,
*sht*. In capitals, unless all are, that is an acronym and counts as a homonym does: *the CCK*. A
misspelt term with a capital inside a sentence is a name: *we met Pnis there*.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from moderator.lexicon.entries.dataset import Lexicon
from moderator.lexicon.technical import technical_spans
from moderator.records import Match
from moderator.text.characters import script
from moderator.text.normalise import normalise


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_READABLE = 4  # letters of a word that counts although it is part of an address
_LOOK_AROUND = 32  # characters on each side in which a homonym must be aimed at someone
_ADDRESSED = 4  # words before a homonym in which "you" aims it
_YOU = _set("you your youre you're u ur yourself yall y'all ya thou")
_POINTING = _set("you youre you're u ur ya yall a an the that this these those every all are other")
_THESE = _set("those these that")
_HOSTILE = _set("""hate dirty filthy filth stupid dumb fucking fuckin fking fkn fuck damn bloody
    fat ugly bitch shit kill bastard bastards scum vermin deport invaders invasion disgusting
    smelly stinking lazy cheap lying thieving jew jews lover lovers""")
_NOT_BESIDE_NAMES = _set("you your youre u ur off me my this that hey hi oi shut the a no yes i go")
_OF_A_PERSON = _set("said says met went wrote has had will and came took gave made got ran")
_LANDSCAPE = _set("""dunes dune beach river lake hill hills island islands bay valley creek""")
_OF_A_PLACE = _LANDSCAPE | _set("""county street road village point park hotel restaurant airport
    station university school""")
_VOWELS = frozenset("aeiouy")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


class Ambiguity:
    """Decides by its context whether a match counts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = lexicon.names
        self._homonyms = lexicon.homonyms

    def counting(self, text: str, matches: Sequence[Match]) -> list[Match]:
        """The matches that count in their context."""
        spans = technical_spans(text)
        starts = [start for start, _, _ in spans]
        shouted = text.isupper() and len(text.split(maxsplit=1)) > 1
        return [
            replace(match, evasive=True) if _is_disguise(text, match) else match
            for match in matches
            if not _is_technical(match, spans, starts)
            and self._counts(text, match, shouted=shouted)
        ]

    def _counts(self, text: str, match: Match, *, shouted: bool) -> bool:
        written = text[match.start : match.end]
        if match.severity < 3 and not match.evasive and text[: match.start].endswith("."):
            return False  # a file's extension
        if match.evasive and written.istitle() and _is_misspelt_name(text, match):
            return False
        plain = written.lower() if written.isascii() else normalise(written).text
        if plain in self._names and _is_name(text, match):
            return False
        word = plain.rpartition(" ")[2]
        acronym = not shouted and written.isupper() and _is_shortened(written, match)
        if word not in self._homonyms and not acronym:
            return True
        return _is_aimed(text, match, plain[: -len(word)], short=_is_abbreviation(word))


def _is_technical(
    match: Match, spans: Sequence[tuple[int, int, bool]], starts: Sequence[int]
) -> bool:
    """Whether it is part of an address, code or an identifier, and not the plain word of it."""
    before = bisect_right(starts, match.start) - 1
    if before < 0 or match.end > spans[before][1]:
        return False
    short = match.end - match.start < _READABLE
    return match.evasive or short or not spans[before][2] or match.severity < 3


def _is_name(text: str, match: Match) -> bool:
    """Whether the word is written and used as a name: "Stefan Kuntz", "Kuntz scored twice"."""
    written = text[match.start : match.end]
    if not written.istitle() or any(script(char) != "LATIN" for char in written):
        return False
    before = text[max(0, match.start - _LOOK_AROUND) : match.start]
    after = text[match.end : match.end + _LOOK_AROUND]
    if _is_capitalised(before, last=True) or _is_capitalised(after, last=False):
        return True
    words, following = _WORD.findall(before.lower()), _WORD.findall(after.lower())
    alone = not words and not following
    if not _LANDSCAPE.isdisjoint(following[:1]) and _HOSTILE.isdisjoint(words):
        return True
    aimed = not _POINTING.isdisjoint(words[-1:]) or not _YOU.isdisjoint(following[:1])
    if alone or aimed or not _HOSTILE.isdisjoint(words + following):
        return False
    opens = not before.strip() or before.rstrip()[-1] in ".!?:;\n\"'("
    if not opens:
        return True
    next_word = following[0] if following else ""  # any word that comes first has a capital
    return (
        next_word in _OF_A_PERSON
        or next_word in _OF_A_PLACE
        or next_word.endswith("ed")
        or after.startswith(("'s ", "’s "))
    )


def _is_misspelt_name(text: str, match: Match) -> bool:
    """Whether a misspelt term has a capital inside a sentence, and is not thrown at someone."""
    if not text[match.start : match.end].isalpha():
        return False
    before = text[max(0, match.start - _LOOK_AROUND) : match.start]
    last = before.rstrip()[-1:]
    words = _WORD.findall(before)
    capitals = sum(map(str.istitle, words)) > len(words) / 2  # Every Word Has One
    return last.isalnum() and not capitals and words[-1].lower() not in _POINTING


def _is_capitalised(part: str, *, last: bool) -> bool:
    if not part[-1 if last else 0 :][:1].isspace():
        return False
    words = part.removeprefix(" &").removesuffix("& ").split()
    if not words:
        return False
    bare = words[-1 if last else 0].rstrip(".,;:!?")
    return bare[:1].isupper() and bare.lower().strip(".") not in _NOT_BESIDE_NAMES


def _is_abbreviation(word: str) -> bool:
    """Whether a word has no vowels, and may stand for anything: "FK", "cnt"."""
    return word.isascii() and word.isalpha() and _VOWELS.isdisjoint(word)


def _is_shortened(written: str, match: Match) -> bool:
    """Whether it is a term without its vowels: "btch"."""
    return _is_abbreviation(written.lower()) and not _VOWELS.isdisjoint(match.term)


def _is_aimed(text: str, match: Match, prefix: str, *, short: bool) -> bool:
    """Whether a word near by addresses or abuses someone, or a word that is not `short` is all that
    is said.

    `prefix` is what the match holds before the homonym: "you " of "you mf".
    """
    before = _WORD.findall(text[max(0, match.start - _LOOK_AROUND) : match.start].lower() + prefix)
    after = _WORD.findall(text[match.end : match.end + _LOOK_AROUND].lower())
    if not before and not after:
        return not short
    return not (
        _YOU.isdisjoint(before[-_ADDRESSED:])
        and _YOU.isdisjoint(after[:1])
        and _HOSTILE.isdisjoint(before + after)
        and _THESE.isdisjoint(before[-1:])
    )


def _is_disguise(text: str, match: Match) -> bool:
    """Whether a term of some weight is written without its vowels, or an insult right after "you"
    is not spelt as it is."""
    written = text[match.start : match.end].lower()
    if match.evasive or match.severity != 2 or not written.isalpha():
        return False
    if _is_shortened(written, match):
        return True
    if match.category != "insult" or written.startswith(match.term[:_READABLE]):
        return False
    before = _WORD.findall(text[max(0, match.start - _READABLE * 2) : match.start].lower())
    return not _YOU.isdisjoint(before[-1:])
