"""The lexicon as a scorer: profanity, and the matches that explain it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from msgspec.structs import replace

from moderator.code_version import code_version
from moderator.labels import labels_of
from moderator.language import Guess
from moderator.lexicon import Lexicon, Matcher, load_lexicon, profanity
from moderator.lexicon.matcher import MAX_MATCHES, NOT_ENGLISH
from moderator.quoting.document import Document
from moderator.records import Match, Scored
from moderator.scorers.base import Host
from moderator.settings import Section
from moderator.text.reveal import Revealed, reveal, split_words

HELD = 0.65
"""The least `profanity` of a comment that hides a gravest term behind a quote: held for review."""
FEW_WORDS = 3
_CODE = ("moderator.text", "moderator.lexicon", "moderator.scorers.lexicon")


class LexiconScorer:
    """`profanity` of a text's own words; matches in quotes are reported as quoted, not counted.

    A result has at most the first 500 matches: a text of nothing else would make a verdict too
    large for the broker. About ten microseconds per comment; safe to share between threads.
    """

    name = "lexicon"
    labels = labels_of("lexicon")

    def __init__(self, lexicon: Lexicon) -> None:
        self.version = f"{lexicon.version}.{code_version(*_CODE)}"
        self._matcher = Matcher(lexicon)

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order."""
        find = self._find
        results = []
        for document in documents:
            language = _language(document.language)
            matches = find(document.text, language)
            if not matches:
                results.append(Scored({"profanity": 0.0}))
                continue
            charged = matches
            if document.quotes:
                charged = matches = _in_place(matches, document.quotes)
                if len(matches) >= MAX_MATCHES:
                    # The search ended early: what is quoted must not hide what follows it.
                    charged = find(document.unquoted_text, language)
            score = profanity(charged)
            if document.quotes and _hides_behind_quote(document, matches):
                score = max(score, HELD)
            results.append(Scored({"profanity": score}, tuple(matches[:MAX_MATCHES])))
        return results

    def _find(self, text: str, language: str | None) -> list[Match]:
        """Matches in the text as written, and as it is displayed or read aloud."""
        matches = self._matcher.find(text, language)
        shown = reveal(text)
        if shown:
            displayed = self._matcher.find(shown.text, language)
            matches = _joined(matches, [_moved(m, shown, evasive=True) for m in displayed])
        apart = split_words(text)
        if apart:
            spaced = self._matcher.find(apart.text, language)
            matches = _joined(matches, [_moved(match, apart) for match in spaced])
        return matches


def load(_: Section, host: Host) -> LexiconScorer:
    """The scorer of the lexicon that the settings name. Raises LexiconError."""
    return LexiconScorer(load_lexicon(host.settings.lexicons, host.settings.shipped_lexicons))


def _language(guess: Guess) -> str | None:
    """The language whose terms count; None if all do."""
    if guess.is_certain:
        return guess.code
    return NOT_ENGLISH if guess.foreign else None


def _moved(match: Match, shown: Revealed, evasive: bool = False) -> Match:
    """The match with its span in the text as written."""
    start, end = shown.span(match.start, match.end)
    hidden = evasive and end - start != match.end - match.start
    return replace(match, start=start, end=end, evasive=match.evasive or hidden)


def _joined(matches: Sequence[Match], more: Sequence[Match]) -> list[Match]:
    """All of them in order; if some overlap, the longest, or the first given if they are equally
    long."""
    kept: list[Match] = []  # in order, none overlaps another
    for match in sorted([*matches, *more], key=lambda match: match.start - match.end):
        index = bisect_right(kept, match.start, key=lambda other: other.start)
        behind, ahead = kept[max(index - 1, 0) : index], kept[index : index + 1]
        if all(other.end <= match.start for other in behind) and all(
            match.end <= other.start for other in ahead
        ):
            kept.insert(index, match)
        if len(kept) > MAX_MATCHES:
            break
    return kept


def _hides_behind_quote(document: Document, matches: Sequence[Match]) -> bool:
    """Whether a gravest term is quoted and hardly anything else said: "> kill yourself", "lol"."""
    said = len(document.text) - sum(end - start for start, end in document.quotes)
    grave = any(match.quoted and match.severity == 4 for match in matches)
    return grave and said < 80 and len(_without_quotes(document).split()) <= FEW_WORDS


def _without_quotes(document: Document) -> str:
    parts, position = [], 0
    for start, end in document.quotes:
        parts.append(document.text[position:start])
        position = end
    return " ".join([*parts, document.text[position:]])


def _in_place(matches: Sequence[Match], quotes: Sequence[tuple[int, int]]) -> list[Match]:
    """The matches, those marked as quoted that lie in one of the quotes, which are in order."""
    starts = [start for start, _ in quotes]
    placed = []
    for match in matches:
        before = bisect_right(starts, match.start) - 1
        quoted = before >= 0 and match.end <= quotes[before][1]
        placed.append(replace(match, quoted=True) if quoted else match)
    return placed
