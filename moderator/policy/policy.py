"""One named policy: thresholds by label, lists, rules and exemptions, and how they decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from moderator.lexicon import profanity
from moderator.policy.conditions import Condition, Test, compiled
from moderator.policy.conditions.form import (
    OF_THE_COMMENT,
    OF_THE_SCORES,
    OF_THE_TEXT,
    looks_at,
    names_of,
    split,
)
from moderator.policy.effect_bound import EffectBound
from moderator.policy.subject import NOBODY, Subject
from moderator.records import Action, Reason, Scored


class Decision(msgspec.Struct, frozen=True):
    """An action and the reasons that led to it, the clearest first; an `allow` has them only if a
    rule or an exemption said so."""

    action: Action
    reasons: tuple[Reason, ...]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What to do with a comment on which a condition holds, with any if the condition is empty;
    `description` is for people."""

    name: str
    action: Action
    when: Condition
    description: str = ""

    @property
    def lists(self) -> set[str]:
        """The lists that it looks at."""
        return names_of(self.when, "list")


class Exempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose comments are allowed whatever they hold. `authors` are hashes of authors, as
    `moderator policy author` prints them."""

    roles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


EXEMPT = "exempt"


class _Step(NamedTuple):
    """A rule or a list as it is read: top to bottom, lists first, the gravest of them first."""

    action: Action
    of_text: Test
    """The part of its condition that is the same for all copies of a text."""
    of_comment: Test | None
    """The rest, if there is any."""
    reason: Reason
    reads: int
    """What it must know to allow a comment: 0, who wrote it where; 1, its text; 2, its scores."""


class TextJudgement(NamedTuple):
    """What the text and its scores decide, the same for every author and community."""

    scored: Scored
    scores: Mapping[str, float]
    steps: Sequence[_Step]
    """The rules that may still fire."""
    otherwise: Decision
    """By the thresholds alone, for a comment on which no rule fires."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One named policy: a score that meets a threshold holds the comment for review or blocks it.

    `on_scorer_failure` is the least action for a comment that a scorer could not judge,
    `on_truncated` for one that was judged only in part, `on_unknown_language` for one in a language
    that no model judges. What is quoted from someone else is not charged unless
    `quoted` says so. `lists` gives lists of the file an action. `rules` are read from top to
    bottom: the gravest action of those that fire and of the thresholds counts, but a rule that
    allows ends the reading, so that nothing below it counts, and no threshold. `breaker` bounds how
    much it may block; `decide` does not look at it.
    """

    review: dict[str, float] = {}
    block: dict[str, float] = {}
    on_scorer_failure: Action = Action.REVIEW
    on_truncated: Action = Action.REVIEW
    on_unknown_language: Literal["allow", "review"] = "allow"
    quoted: Literal["ignore", "charge"] = "ignore"
    lists: dict[str, Action] = {}
    rules: tuple[Rule, ...] = ()
    exempt: Exempt = Exempt()
    breaker: EffectBound | None = None

    def decide(self, scored: Scored, subject: Subject = NOBODY) -> Decision:
        """The action for what the scorers found. Pure: equal input, equal decision."""
        return self.judge_comment(self.judge_text(scored, subject), subject)

    def judge_text(self, scored: Scored, subject: Subject) -> TextJudgement:
        """What holds for all copies of the subject's text."""
        scores = self.charged(scored)
        missing = _missing(scored)
        steps = [
            step
            for step in self._steps
            if (step.action is not Action.ALLOW or step.reads < missing)
            and step.of_text(scores, scored, subject)
        ]
        return TextJudgement(scored, scores, steps, self._otherwise(scored, scores))

    def judge_comment(self, judgement: TextJudgement, subject: Subject) -> Decision:
        """The decision on one comment with that text."""
        if self._exempts and (
            subject.author_role in self._exempt_roles or subject.author in self._exempt_authors
        ):
            return _EXEMPTED
        held: list[tuple[Action, Reason]] = []
        for action, _, of_comment, reason, _ in judgement.steps:
            if of_comment is None or of_comment(judgement.scores, judgement.scored, subject):
                if action is Action.ALLOW:
                    return _gravest(held) if held else Decision(action, (reason,))
                held.append((action, reason))
        if not held:
            return judgement.otherwise
        other = judgement.otherwise
        return _gravest([*((other.action, reason) for reason in other.reasons), *held])

    def by_thresholds(self, scored: Scored) -> Decision:
        """The decision on a comment that no rule, list or exemption is about."""
        return self._otherwise(scored, self.charged(scored))

    def _otherwise(self, scored: Scored, scores: Mapping[str, float]) -> Decision:
        judged = not (scored.failed or scored.truncated or scored.over_budget or scored.unjudged)
        if judged and max(scores.values(), default=0.0) < self.lowest:  # most comments
            return _ALLOWED
        for action, thresholds in ((Action.BLOCK, self.block), (Action.REVIEW, self.review)):
            reasons = [
                Reason(f"{action}.{label}", label, score, threshold)
                for label, threshold in thresholds.items()
                if (score := scores.get(label, 0.0)) >= threshold
            ]
            reasons += self._of_what_was_not_judged(scored, action)
            if reasons:
                reasons.sort(key=lambda reason: reason.threshold - reason.score)
                return Decision(action, tuple(reasons))
        return _ALLOWED

    def charged(self, scored: Scored) -> dict[str, float]:
        """The scores that it uses: with what is quoted, if it charges quotes."""
        return _with_quotes(scored) if self.quoted == "charge" else scored.scores

    @cached_property
    def lowest(self) -> float:
        """The lowest of all thresholds; above 1 if there is none."""
        return min((*self.review.values(), *self.block.values()), default=2.0)

    @cached_property
    def reads_comment(self) -> bool:
        """Whether anything but the text and its scores plays a part."""
        return self._exempts or any(looks_at(rule.when, OF_THE_COMMENT) for rule in self.rules)

    @cached_property
    def reads_author(self) -> bool:
        """Whether it matters who the author is."""
        return bool(self.exempt.authors)

    @cached_property
    def _exempts(self) -> bool:
        return bool(self.exempt.roles or self.exempt.authors)

    @cached_property
    def _exempt_roles(self) -> frozenset[str | None]:
        return frozenset(self.exempt.roles)

    @cached_property
    def _exempt_authors(self) -> frozenset[str | None]:
        return frozenset(self.exempt.authors)

    @cached_property
    def _steps(self) -> tuple[_Step, ...]:
        return tuple(map(_step, self.all_rules()))

    @cached_property
    def tests(self) -> tuple[tuple[Rule, Test], ...]:
        """All rules as they are read, each with its whole condition compiled."""
        return tuple((rule, compiled(rule.when)) for rule in self.all_rules())

    def all_rules(self) -> Iterator[Rule]:
        """The rules as they are read, with one for each list before them."""
        for name, action in sorted(self.lists.items(), key=lambda item: -item[1].rank):
            yield Rule(name, action, Condition(list=name))
        yield from self.rules

    def _of_what_was_not_judged(self, scored: Scored, action: Action) -> list[Reason]:
        reasons = []
        if scored.failed and self.on_scorer_failure is action:
            reasons += [Reason(f"{action}.scorer_failed", name, 0.0, 0.0) for name in scored.failed]
        if scored.truncated and self.on_truncated is action:
            reasons.append(Reason(f"{action}.truncated", "truncated", 0.0, 0.0))
        if scored.over_budget and self.on_truncated is action:
            reasons.append(Reason(f"{action}.truncated_by_budget", "truncated", 0.0, 0.0))
        if scored.unjudged and self.on_unknown_language == action:
            reasons.append(Reason(f"{action}.unknown_language", scored.language, 0.0, 0.0))
        return reasons


OWN_NAMES = frozenset(
    (
        EXEMPT,
        "breaker",
        "human",
        "scorer_failed",
        "truncated",
        "truncated_by_budget",
        "unknown_language",
    )
)
"""What the last part of a reason's rule may be besides labels, and names of rules and lists."""

_ALLOWED = Decision(Action.ALLOW, ())
_EXEMPTED = Decision(Action.ALLOW, (Reason(f"{Action.ALLOW}.{EXEMPT}", EXEMPT, 0.0, 0.0),))


def _step(rule: Rule) -> _Step:
    of_text, of_comment = split(rule.when)
    return _Step(
        rule.action,
        compiled(of_text),
        None if of_comment == Condition() else compiled(of_comment),
        Reason(f"{rule.action}.{rule.name}", rule.name, 0.0, 0.0),
        2 if looks_at(rule.when, OF_THE_SCORES) else int(looks_at(rule.when, OF_THE_TEXT)),
    )


def _missing(scored: Scored) -> int:
    """The first of the things in `_Step.reads` that was not fully judged: a rule that reads it, or
    a later one, may not allow a comment."""
    if scored.truncated:
        return 1
    return 2 if scored.failed or scored.over_budget or scored.unjudged else 3


def _gravest(held: Sequence[tuple[Action, Reason]]) -> Decision:
    action = max((action for action, _ in held), key=lambda action: action.rank)
    reasons = [reason for held_for, reason in held if held_for is action]
    return Decision(
        action, tuple(sorted(reasons, key=lambda reason: reason.threshold - reason.score))
    )


def _with_quotes(scored: Scored) -> dict[str, float]:
    if scored.with_quotes is not msgspec.UNSET:
        return scored.with_quotes
    if not scored.matches:
        return scored.scores
    # Scored while no policy charged quotes: profanity is all that is known about the quotes.
    return {**scored.scores, "profanity": profanity(scored.matches, include_quoted=True)}
