"""The lexicon as a scorer: profanity, and the matches that explain it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

import msgspec

from moderator.lexicon import Lexicon, Matcher, profanity
from moderator.records import Match, Scored
from moderator.text.document import Document

RULES = "1"
"""Changes with the matching rules: part of the version, so that cached scores are not mixed."""


class LexiconScorer:
    """`profanity` of a text's own words; matches in quotes are reported as quoted, not charged.

    Some ten microseconds a comment; safe to share by threads.
    """

    name = "lexicon"
    labels = ("profanity",)

    def __init__(self, lexicon: Lexicon) -> None:
        self.version = f"{RULES}+{lexicon.version}"
        self._find = Matcher(lexicon).find

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order."""
        find = self._find
        results = []
        for document in documents:
            matches = find(document.text)
            if not matches:
                results.append(Scored({"profanity": 0.0}))
                continue
            if document.quotes:
                matches = [_in_place(match, document.quotes) for match in matches]
            results.append(Scored({"profanity": profanity(matches)}, tuple(matches)))
        return results


def _in_place(match: Match, quotes: tuple[tuple[int, int], ...]) -> Match:
    """The match, marked as quoted where it lies in one of the quotes."""
    if any(starmap(lambda start, end: start <= match.start and match.end <= end, quotes)):
        return msgspec.structs.replace(match, quoted=True)
    return match
