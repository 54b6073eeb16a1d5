"""Decides again on stored verdicts by other policies, or says what is missing to decide."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from moderator.policy.community import LexiconChanges
from moderator.policy.conditions.form import OF_THE_TEXT, looks_at
from moderator.policy.decider import Decider
from moderator.policy.policies import Place, Policies
from moderator.policy.policy import Decision
from moderator.policy.stored import carried_text, comment_of, scored_of
from moderator.records import Action, Comment, Scored, Verdict
from moderator.scorers.quotes import scores_quotes
from moderator.text.cap import cut

_ALLOWED = Decision(Action.ALLOW, ())


class Undecided(StrEnum):
    """Why stored scores are not enough for a decision. With the text, all of it can be redone."""

    NO_COMMENT = "rules look at the text, its author or context, and the verdict lacks them"
    OTHER_WORDS = "the community's own words differ, and the text is not there"
    OTHER_QUOTES = "quotes count otherwise than when it was scored, and the text is not there"
    OTHER_SCORER = "the model or lexicon differs, and the text is not there"


class _Needs(NamedTuple):
    """What decisions in one place depend on besides scores."""

    only_thresholds: bool
    comment: bool
    """Text, author or context."""
    quotes: bool
    words: LexiconChanges


class Rejudge:
    """Decides by `policies` on what was judged by others; `secret` hashes authors.

    `known` are policies that may have decided first: a verdict names its own, which says which
    community's words its matches and profanity rest on. Only the beginning of a text over
    `max_text_bytes` counts.
    """

    def __init__(
        self,
        policies: Policies,
        secret: str = "",
        *,
        known: Iterable[Policies] = (),
        max_text_bytes: int = 65_536,
    ) -> None:
        self.policies = policies
        self._max_text_bytes = max_text_bytes
        self._decider = Decider(policies, secret)
        self._needs = {id(place): _needs(place) for place in policies.places}
        files = (*known, policies)
        self._words = {place.component: _words(place) for file in files for place in file.places}
        self._with_words = {community for file in files for community in file.lexicons}
        self._lowest: dict[str | None, float] = {
            community: self._surely_allowed(community)
            for community in (*policies.communities, *self._with_words)
        }
        self._otherwise = self._surely_allowed(None)

    def decide(self, verdict: Verdict) -> Decision | Undecided:
        """The decision on the stored scores, if they hold all that it depends on."""
        community = None if verdict.community is msgspec.UNSET else verdict.community
        if (
            max(verdict.scores.values(), default=0.0) < self._lowest.get(community, self._otherwise)
            and not verdict.reasons
            and not verdict.unjudged
            and not verdict.degraded
            and verdict.in_part is msgspec.UNSET
            and verdict.with_quotes is msgspec.UNSET
            and verdict.comment is msgspec.UNSET
        ):
            return _ALLOWED  # most comments, at a third of the cost
        place = self.policies.place_of(community)
        needs = self._needs[id(place)]
        quotes = verdict.with_quotes is not msgspec.UNSET
        if needs.quotes:
            if not quotes and not scores_quotes(verdict.scorer.version):
                return Undecided.OTHER_QUOTES
        elif quotes and (verdict.degraded or verdict.in_part):
            return Undecided.OTHER_QUOTES  # it may be a quote that was not judged
        text = None if verdict.comment is msgspec.UNSET else carried_text(verdict)
        if community in self._with_words:
            before = self._words.get(verdict.policy)
            if before != needs.words and (before != LexiconChanges() or text is None):
                return Undecided.OTHER_WORDS
        if needs.only_thresholds:
            scored = scored_of(verdict)
            return place.policy.by_thresholds(
                scored if text is None else self._cut(text, scored)[1]
            )
        if needs.comment and text is None:
            return Undecided.NO_COMMENT
        return self.decide_on(comment_of(verdict), scored_of(verdict), verdict.id)

    def decide_on(self, comment: Comment, scored: Scored, key: str) -> Decision:
        """The decision on a comment with what the scorers found in it; `key` stands for its
        text."""
        text, scored = self._cut(comment.text, scored)
        return self._decider.decide(key, text, comment, scored).decision

    def _surely_allowed(self, community: str | None) -> float:
        """The score below which a community's comment is certainly allowed; -1 if scores alone do
        not decide."""
        place = self.policies.place_of(community)
        needs = self._needs[id(place)]
        plain = needs.only_thresholds and not needs.quotes
        return place.policy.lowest if plain and community not in self._with_words else -1.0

    def _cut(self, text: str, scored: Scored) -> tuple[str, Scored]:
        """The part that is judged; a stored verdict may not say that it was only a part."""
        part = cut(text, self._max_text_bytes)
        return part, scored if part is text else msgspec.structs.replace(scored, truncated=True)


def _needs(place: Place) -> _Needs:
    policy = place.policy
    rules = list(policy.all_rules())
    exempts = bool(policy.exempt.roles or policy.exempt.authors)
    text = any(looks_at(rule.when, OF_THE_TEXT) for rule in rules)
    return _Needs(
        not rules and not exempts and place.lexicon is None,
        text or exempts or any(looks_at(rule.when, _OF_ITS_AUTHOR) for rule in rules),
        policy.quoted == "charge",
        _words(place),
    )


_OF_ITS_AUTHOR = ("author_role", "account_age_days", "prior_holds")


def _words(place: Place) -> LexiconChanges:
    return place.lexicon.changes if place.lexicon else LexiconChanges()
