"""The lexicon as a scorer: profanity, and the matches that explain it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from moderator.code_version import code_version
from moderator.labels import labels_of
from moderator.lexicon import Lexicon, Matcher, load_lexicon, profanity
from moderator.lexicon.matcher import MAX_MATCHES
from moderator.quoting.document import Document
from moderator.records import Match, Scored
from moderator.scorers.base import Host
from moderator.settings import Section

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
        self._find = Matcher(lexicon).find

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order."""
        find = self._find
        results = []
        for document in documents:
            guess = document.language
            language = guess.code if guess.is_certain else None
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
            results.append(Scored({"profanity": profanity(charged)}, tuple(matches[:MAX_MATCHES])))
        return results


def load(_: Section, host: Host) -> LexiconScorer:
    """The scorer of the lexicon that the settings name. Raises LexiconError."""
    return LexiconScorer(load_lexicon(host.settings.lexicons, host.settings.shipped_lexicons))


def _in_place(matches: Sequence[Match], quotes: Sequence[tuple[int, int]]) -> list[Match]:
    """The matches, those marked as quoted that lie in one of the quotes, which are in order."""
    starts = [start for start, _ in quotes]
    placed = []
    for match in matches:
        before = bisect_right(starts, match.start) - 1
        quoted = before >= 0 and match.end <= quotes[before][1]
        placed.append(msgspec.structs.replace(match, quoted=True) if quoted else match)
    return placed
