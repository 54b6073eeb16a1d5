"""Words attributed to others or only mentioned: he said "…", they called me a …, the word "…"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'", "‘": "’"}
_OPENING = re.compile(f"[{re.escape(''.join(_PAIRS))}]")
_SINGLE = frozenset("'‘")
_LOOK_BACK = 80  # characters before a quotation that are searched for its attribution
_MAX_LENGTH = 400  # characters of an attributed quotation
_ENDS = ".!?\n;"
_STRIPPED = ',:-()[]*_~"“”«»„'
_CLAUSE_ENDS = frozenset(',.!?;:\n"”)(')
_SAYING = _set("""painted sprayed scrawled
    said says saying wrote writes yelled yells shouted screamed told tells tweeted
    posted commented replied texted messaged muttered whispered chanted shouting screaming yelling
    claimed typed quoted quotes repeated yell shout scream tweet write post chant tweeting""")
_NAMING = _set("called calls calling call labelled labeled named")
_OTHERS = _set("""he she they someone somebody people everyone everybody you who guy man woman
    girl boy kid kids boss teacher husband wife mother father brother sister friend neighbour
    neighbor user
    admin troll bully player players nobody anyone strangers stranger classmates coworker""")
_PASSIVE = _set("was were been being get got getting gets is are be")
_BETWEEN = _set(
    "just even then always once literally also has had have would will keeps kept again still"
)
_TARGETS = _set("me us him her them my our his their myself")
_PEOPLE = _set("""people someone somebody anyone anybody everyone others women men girls boys kids
    children""")
_REFUSED = {
    "calling": _set("stop stopped quit"),
    "call": _set("don't don’t dont not never shouldn't shouldn’t wouldn't wouldn’t"),
    "called": _set("never"),
}
_POSTING = _set("posted painted sprayed wrote commented tweeted scrawled scratched shouted yelled")
_FIRST_PERSON = frozenset(("", "i", "we", "i've", "i’ve", "i'll", "and"))
_WORDS_ABOUT_WORDS = _set(
    "slur slurs word insult insulting offensive swear curse rude allowed banned"
)
_APPLIED = _set("you your you're you’re youre yourself u ur fits suits agree")
_APPROVED = (
    "i agree", "and it is true", "which is true", "was right", "were right", "is right",
    "are right", "they're right", "rightly so", "for a reason", "for good reason",
)  # fmt: skip
_ARTICLES = _set("a an the")
_NAME_ENDS = _set("you your you're you’re youre u ur is isn't isn’t was are because but")
_TERMS = _set("word term slur")
_THE = _set("the this that")
_MAX_QUOTES = 100  # of each kind in one text
_MAX_NAME_WORDS = 3  # after "called me a", without quotation marks


def attributed(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """Spans of words attributed or only mentioned; `lower` is `text` in lower case, as long."""
    yield from islice(_quotations(text, lower), _MAX_QUOTES)
    yield from _named(lower)
    for term in sorted(_TERMS):
        yield from _mentioned(lower, term)


def _quotations(text: str, lower: str) -> Iterator[tuple[int, int]]:
    covered_to = 0
    for opening in _OPENING.finditer(text):
        start = opening.start()
        if start < covered_to:
            continue
        end = _closing(text, start)
        if end >= 0:
            covered_to = end + 1
            if end > start + 1 and _is_quotation(lower, start, covered_to):
                yield start, covered_to


def _closing(text: str, start: int) -> int:
    """The end of the quotation that opens at `start`, or -1; an apostrophe neither opens nor closes
    one."""
    mark = text[start]
    if mark in _SINGLE and (
        text[start - 1 : start].isalnum() or not text[start + 1 : start + 2].isalnum()
    ):
        return -1
    end = text.find(_PAIRS[mark], start + 1, start + 1 + _MAX_LENGTH)
    while mark in _SINGLE and end >= 0 and text[end + 1 : end + 2].isalnum():
        end = text.find(_PAIRS[mark], end + 1, start + 1 + _MAX_LENGTH)
    return end


def _is_quotation(lower: str, start: int, end: int) -> bool:
    """Whether words in quotation marks are attributed to another, or talked about as words."""
    if _is_turned_on_someone(lower, end):
        return False
    after = [word.rstrip(_ENDS) for word in _words(lower[end : end + _LOOK_BACK])[:6]]
    before = _sentence_before(lower, start)
    asked = before[-1:] == ["is"] and not _WORDS_ABOUT_WORDS.isdisjoint(after[:2])
    talked_about = after[:1] == ["is"] and not _WORDS_ABOUT_WORDS.isdisjoint(after)
    return asked or talked_about or _is_attribution(before)


def _is_turned_on_someone(lower: str, end: int) -> bool:
    """Whether the author goes on to apply or approve what was quoted or mentioned."""
    after = lower[end : end + _LOOK_BACK]
    words = [word.rstrip(_ENDS) for word in _words(after)[:8]]
    return not _APPLIED.isdisjoint(words) or any(phrase in after for phrase in _APPROVED)


def _sentence_before(lower: str, position: int) -> list[str]:
    before = lower[max(0, position - _LOOK_BACK) : position]
    cut = max(before.rfind(end) for end in _ENDS)
    return _words(before[cut + 1 :])


def _words(part: str) -> list[str]:
    return [bare for word in part.split() if (bare := word.strip(_STRIPPED))]


def _is_attribution(words: list[str]) -> bool:
    """Whether the words before a quotation attribute it to someone else, or call it a word."""
    if _is_term(words):
        return True
    for back in range(1, min(len(words), 6) + 1):
        word = words[-back]
        if word in _SAYING or word in _NAMING:
            subject = _subject(words[:-back])
            if word in _NAMING and subject in _PASSIVE:
                return True
            return subject in _OTHERS or (word in _POSTING and subject not in _FIRST_PERSON)
    return False


def _subject(words: list[str]) -> str:
    """The last word that is not an adverb or auxiliary of the verb that follows."""
    for word in reversed(words):
        if word not in _BETWEEN:
            return word
    return ""


def _is_term(words: list[str]) -> bool:
    return len(words) > 1 and words[-1] in _TERMS and words[-2] in _THE


def _mentioned(lower: str, term: str) -> Iterator[tuple[int, int]]:
    """The one word after "the word"."""
    for start, end in islice(_places(lower, term), _MAX_QUOTES):
        if lower[start:end] == term and _is_term(_sentence_before(lower, end)):
            for first, last in _name(lower, end, max_words=1):
                if not _is_turned_on_someone(lower, last):
                    yield first, last


def _named(lower: str) -> Iterator[tuple[int, int]]:
    """What follows "called me a": at most three words, to the end of the clause."""
    for start, end in islice(_places(lower, "call"), _MAX_QUOTES):
        if lower[start:end] in _NAMING:
            begin = _name_begins(lower, start, end)
            if begin is not None:
                yield from _name(lower, begin, _MAX_NAME_WORDS)


def _name_begins(lower: str, start: int, end: int) -> int | None:
    """Start of the name that the verb `lower[start:end]` reports or refuses; None if it does
    neither."""
    verb, subject = lower[start:end], _subject(_sentence_before(lower, start))
    if subject in _PASSIVE:
        return _after(lower, end, _ARTICLES) or end
    people, target = _after(lower, end, _PEOPLE), _after(lower, end, _TARGETS)
    named = people
    if subject in _OTHERS:
        named = people or target
    elif subject in _REFUSED.get(verb, ()):
        # without an article, "don't call me …" may well address whom it insults
        named = people or (target and _after(lower, target, _ARTICLES))
    elif subject or verb != "calling":
        return None
    return named and (_after(lower, named, _ARTICLES) or named)


def _after(lower: str, start: int, wanted: frozenset[str]) -> int | None:
    """End of the word at `start` if it is one of `wanted`."""
    first, last = _word_at(lower, start)
    return last if lower[first:last] in wanted else None


def _name(lower: str, start: int, max_words: int) -> Iterator[tuple[int, int]]:
    """The span of at most `max_words` words at `start`, up to the next clause."""
    end = start
    for _ in range(max_words):
        first, last = _word_at(lower, end)
        if first == last or lower[first:last] in _NAME_ENDS:
            break
        end = last
    if end > start:
        yield start, end


def _places(lower: str, prefix: str) -> Iterator[tuple[int, int]]:
    """Spans of the words that begin with `prefix`, as far as they consist of letters."""
    start = lower.find(prefix)
    while start >= 0:
        end = start
        while end < len(lower) and lower[end].isalpha():
            end += 1
        if start == 0 or not lower[start - 1].isalnum():
            yield start, end
        start = lower.find(prefix, end)


def _word_at(lower: str, start: int) -> tuple[int, int]:
    """The span of the word after the blanks at `start`; symbols such as * and $ count as its
    letters."""
    first = start
    while first < len(lower) and lower[first] == " ":
        first += 1
    last = first
    while last < len(lower) and not lower[last].isspace() and lower[last] not in _CLAUSE_ENDS:
        last += 1
    return first, last
