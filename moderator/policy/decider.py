"""Decides on comments by the policies in force, and remembers what equal comments led to."""

from __future__ import annotations

from typing import NamedTuple

from moderator.policy.authors import author_hash
from moderator.policy.policies import Place, Policies
from moderator.policy.policy import Decision, TextJudgement
from moderator.policy.subject import Subject
from moderator.records import Action, Comment, Component, Scored

_REMEMBERED = 16_384
_REMEMBERED_OF_A_TEXT = 4


class Decided(NamedTuple):
    """A decision, and what it went by: the scores with the changes of the community's lexicon."""

    scored: Scored
    decision: Decision
    policy: Component
    shadow: tuple[str, str, Action, Action] | None
    """If the policy has a shadow: both names, both actions."""


class _Known(NamedTuple):
    """What is remembered of a text: its scores, and what is the same for all its copies."""

    given: Scored
    judgement: TextJudgement
    shadow: TextJudgement | None
    decided: dict[object, Decided]
    """By community, context and author if the policy looks at them; only the first few."""


class Decider:
    """Decides by one set of policies; `secret` hashes authors.

    What is the same for all copies of a text is found once: it is remembered by the key of the
    text, as long as the very same scores are given. Other policies have another decider, so that a
    change takes effect at once. No text is kept.
    """

    def __init__(self, policies: Policies, secret: str = "") -> None:
        self.policies = policies
        self._secret = secret
        self._known: dict[tuple[str, Component], _Known] = {}

    def decide(self, key: str, text: str, comment: Comment, scored: Scored) -> Decided:
        """The decision on a comment; `text` is the part that was judged, `key` identifies it."""
        place = self.policies.place_of(comment.community)
        state = key, place.component
        author = None
        if place.reads_author and comment.author is not None:
            author = author_hash(comment.author, self._secret)
        who = (comment.community, comment.context, author) if place.reads_comment else None
        known = self._known.get(state)
        if known is not None and known.given is not scored:
            known = None
        if known is not None and (decided := known.decided.get(who)) is not None:
            return decided
        subject = Subject(
            text,
            community=comment.community,
            author=author,
            context=comment.context,
            lists=self.policies.matcher,
            length=len(comment.text),
        )
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[state] = _judge_text(place, scored, subject)
        decided = _judge_comment(place, known, subject)
        if len(known.decided) < _REMEMBERED_OF_A_TEXT:
            known.decided[who] = decided
        return decided


def _judge_text(place: Place, scored: Scored, subject: Subject) -> _Known:
    own = scored if place.lexicon is None else place.lexicon.apply(scored, subject.text)
    shadow = None if place.shadow is None else place.shadow[1].judge_text(own, subject)
    return _Known(scored, place.policy.judge_text(own, subject), shadow, {})


def _judge_comment(place: Place, known: _Known, subject: Subject) -> Decided:
    decision = place.policy.judge_comment(known.judgement, subject)
    shadow = None
    if known.shadow is not None and place.shadow is not None:
        name, other = place.shadow
        action = other.judge_comment(known.shadow, subject).action
        shadow = place.component.name, name, decision.action, action
    return Decided(known.judgement.scored, decision, place.component, shadow)
