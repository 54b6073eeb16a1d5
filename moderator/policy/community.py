"""What one community changes: its policy, and terms that the lexicon lacks or sees wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import normalize
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from moderator.errors import PolicyError
from moderator.lexicon import Lexicon, Matcher, profanity
from moderator.lexicon.entries.reader import Group, added
from moderator.lexicon.matcher import MAX_MATCHES
from moderator.quoting.quotes import quotes
from moderator.records import Match, Scored
from moderator.text.characters import script
from moderator.text.normalise import normalise

_UNSPACED = {
    "CJK", "HANGUL", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "KHMER", "LAO", "MYANMAR", "THAI",
}  # fmt: skip
"""Hangul too: its words take their particles without a space."""


class AddedTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A term in the lexicon's notation, with what a lexicon file would say of it. If `within` is
    left out, it counts anywhere in a script that is written without spaces, else as a word."""

    entry: str
    severity: int = 3
    category: str = "coarse"
    forms: str = "none"
    within: str = ""


class LexiconChanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`add`: terms, or tables for those of another severity, also of terms that the lexicon has;
    `allow`: names of terms that do not count here, or words as they are written."""

    add: tuple[str | AddedTerm, ...] = ()
    allow: tuple[str, ...] = ()


class Community(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A community's policy, the default one if none is named, and its changes of the lexicon."""

    policy: str | None = None
    lexicon: LexiconChanges = LexiconChanges()


class CommunityLexicon:
    """Changes what the lexicon found in a community's comments; scores of models stay."""

    def __init__(self, changes: LexiconChanges, where: str) -> None:
        """Compiles the added terms. Raises PolicyError with `where` and the first fault."""
        self.changes = changes
        lexicon, faults = added(map(_group, changes.add), f"{where}.add")
        if refused := [fault for fault in faults if not fault.warning]:
            raise PolicyError(str(refused[0]))
        self._matcher = _matcher(changes.add, lexicon) if lexicon.terms else None
        self._allowed = {normalise(word).text for word in changes.allow} | {*changes.allow}

    @property
    def added(self) -> frozenset[str]:
        """The names of the added terms."""
        terms = self._matcher.lexicon.terms if self._matcher else ()
        return frozenset(term.id for term in terms)

    def apply(self, scored: Scored, text: str) -> Scored:
        """What was found in `text`, with the changes: matches, and the profanity they make."""
        kept = [match for match in scored.matches if not self._is_allowed(match, text)]
        new, kept = self._new(text, kept)
        if not new and len(kept) == len(scored.matches):
            return scored
        matches = tuple(sorted([*kept, *new], key=lambda match: match.start)[:MAX_MATCHES])
        scores = {**scored.scores, "profanity": _score(scored, kept, matches)}
        if scored.with_quotes is msgspec.UNSET:
            return replace(scored, scores=scores, matches=matches)
        charged = profanity(matches, include_quoted=True)
        with_quotes = {**scored.with_quotes, "profanity": max(charged, scores["profanity"])}
        return replace(scored, scores=scores, matches=matches, with_quotes=with_quotes)

    def _is_allowed(self, match: Match, text: str) -> bool:
        if match.term in self._allowed:
            return True
        return normalise(text[match.start : match.end]).text in self._allowed

    def _new(self, text: str, kept: list[Match]) -> tuple[list[Match], list[Match]]:
        """Added terms, and which other matches stay: an added term takes the place of what else
        was found there, unless that is longer and at least as grave."""
        new: list[Match] = []
        for match in self._matcher.find(text) if self._matcher else ():
            there = [o for o in kept if o.start < match.end and match.start < o.end]
            if any(_outweighs(other, match) for other in there):
                continue
            new.append(match)
            if there:
                kept = [other for other in kept if other not in there]
        spans = quotes(text) if new else ()
        return [
            replace(match, quoted=any(s <= match.start and match.end <= e for s, e in spans))
            for match in new
        ], kept


_MATCHERS: WeakValueDictionary[object, Matcher] = WeakValueDictionary()
"""Of the communities' terms, as long as any policies in use have them."""


def _matcher(terms: tuple[str | AddedTerm, ...], lexicon: Lexicon) -> Matcher:
    """The matcher of a community's terms: compiled only if they have changed, as a policy file
    that is read again has many of them that have not."""
    if (matcher := _MATCHERS.get(terms)) is None:
        matcher = _MATCHERS[terms] = Matcher(lexicon)
    return matcher


def _outweighs(other: Match, match: Match) -> bool:
    return other.end - other.start > match.end - match.start and other.severity >= match.severity


def _group(term: str | AddedTerm) -> Group:
    if isinstance(term, str):
        term = AddedTerm(term)
    within = term.within or ("anywhere" if _is_unspaced(term.entry) else "word")
    return Group([term.entry], term.category, term.severity, term.forms, within)


def _is_unspaced(entry: str) -> bool:
    """Whether all its letters are of scripts that are written without spaces."""
    scripts = {script(char) for char in normalize("NFKC", entry) if char.isalpha()}
    return bool(scripts) and scripts <= _UNSPACED


def _score(before: Scored, kept: Sequence[Match], matches: Iterable[Match]) -> float:
    """Profanity after the changes; what the lexicon charged beyond its matches, such as a slur
    hidden behind a quote, stays as long as its cause does."""
    score = profanity(matches)
    old = before.scores.get("profanity", 0.0)
    if old <= profanity(before.matches):
        return score
    cause_stays = len(kept) == len(before.matches) or any(
        match.quoted and match.severity == 4 for match in kept
    )
    return max(score, old) if cause_stays else score
