"""Words a text puts into someone else's mouth: he said "…", they called me a …."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»"}
_LOOK_BACK = 80  # characters before a quotation in which its attribution must stand
_LONGEST = 400  # characters of an attributed quotation
_ENDS = ".!?\n;"
_STRIPPED = ',:-()[]*_~"“”«»„'
_CLAUSE_ENDS = frozenset(',.!?;:\n"”)(')
_SAYING = _set("""said says saying wrote writes yelled yells shouted screamed told tells tweeted
    posted commented replied texted messaged muttered whispered chanted shouting screaming yelling
    claimed typed""")
_NAMING = _set("called calls calling call labelled labeled named")
_OTHERS = _set("""he she they someone somebody people everyone everybody you who guy man woman
    girl boy kid kids boss teacher husband wife mother father brother sister friend neighbour
    neighbor user
    admin troll bully player players nobody anyone strangers stranger classmates coworker""")
_PASSIVE = _set("was were been being get got getting gets is are be")
_BETWEEN = _set(
    "just even then always once literally also has had have would will keeps kept again still"
)
_HIT = _set("me us him her them my our his their myself")
_ARTICLES = _set("a an the")
_MOST = 100  # of each kind in one text
_MOST_WORDS = 3  # after "called me a", without quotation marks


def attributed(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Spans of the words attributed to another; `lower` is `text` in lower case, as long."""
    yield from islice(_quotations(text, lower), _MOST)
    yield from islice(_named(lower), _MOST)


def _quotations(text: str, lower: str) -> Iterator[tuple[int, int]]:
    reached = 0
    for at in [at for at, char in enumerate(text) if char in _PAIRS]:
        if at < reached:
            continue
        end = text.find(_PAIRS[text[at]], at + 1, at + 1 + _LONGEST)
        if end >= 0:
            reached = end + 1
            if end > at + 1 and _is_attribution(_sentence_before(lower, at)):
                yield at, reached


def _sentence_before(lower: str, at: int) -> list[str]:
    before = lower[max(0, at - _LOOK_BACK) : at]
    cut = max(before.rfind(end) for end in _ENDS)
    return _words(before[cut + 1 :])


def _words(part: str) -> list[str]:
    return [bare for word in part.split() if (bare := word.strip(_STRIPPED))]


def _is_attribution(words: list[str]) -> bool:
    """Whether the words right before a quotation say that another said it."""
    for back in range(1, min(len(words), 6) + 1):
        word = words[-back]
        if word in _SAYING or word in _NAMING:
            subject = _subject(words[:-back])
            if word in _NAMING and subject in _PASSIVE:
                return True
            return subject in _OTHERS
    return False


def _subject(words: list[str]) -> str:
    """The last word that is no adverb or auxiliary of the verb after it."""
    for word in reversed(words):
        if word not in _BETWEEN:
            return word
    return ""


def _named(lower: str) -> Iterator[tuple[int, int]]:
    """What follows "called me a": at most three words, to the end of the clause."""
    at = lower.find("call")
    while at >= 0:
        end_of_verb = at
        while end_of_verb < len(lower) and lower[end_of_verb].isalpha():
            end_of_verb += 1
        if lower[at:end_of_verb] in _NAMING and (at == 0 or not lower[at - 1].isalnum()):
            subject = _subject(_sentence_before(lower, at))
            span = _object(lower, end_of_verb, passive=subject in _PASSIVE)
            if span is not None and (subject in _OTHERS or subject in _PASSIVE):
                yield span
        at = lower.find("call", end_of_verb)


def _object(lower: str, at: int, passive: bool) -> tuple[int, int] | None:
    """The span of the name given, after "me a" or, in the passive, after "a"."""
    start = at
    for wanted in (() if passive else (_HIT,)) + (_ARTICLES,):
        first, last = _word_at(lower, at)
        if lower[first:last] in wanted:
            at = last
        elif wanted is _HIT:
            return None
    end = at
    for _ in range(_MOST_WORDS):
        first, last = _word_at(lower, end)
        if first == last or any(c in _CLAUSE_ENDS for c in lower[end:first]):
            break
        end = last
    return (at, end) if end > at >= start else None


def _word_at(lower: str, at: int) -> tuple[int, int]:
    """The word after the blanks at `at`; signs such as * and $ count as letters of it."""
    first = at
    while first < len(lower) and lower[first] == " ":
        first += 1
    last = first
    while last < len(lower) and not lower[last].isspace() and lower[last] not in _CLAUSE_ENDS:
        last += 1
    return first, last
