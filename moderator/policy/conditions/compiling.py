"""Conditions compiled to functions: made once, when a policy is read, then called for a comment.

Each takes the scores that the policy uses, what the scorers found, and the comment; none keeps
anything, raises, or takes longer than the text and the condition are long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter

from moderator.language import CERTAIN, UNDETERMINED
from moderator.policy.conditions.form import (
    NUMBERS,
    Condition,
    MatchCondition,
    Names,
    Range,
    names,
)
from moderator.policy.subject import Subject
from moderator.records import Match, Scored

Test = Callable[[Mapping[str, float], Scored, Subject], bool]
"""A condition as a function."""


def compiled(condition: Condition) -> Test:
    """The condition as a function; one that is empty always holds."""
    return _all(list(_tests(condition)))


def _tests(condition: Condition) -> Iterator[Test]:
    """A test for each key, the cheap ones first."""
    for label, bounds in (condition.scores or {}).items():
        yield _score(label, bounds)
    for key in ("community", "author_role"):
        if (given := getattr(condition, key)) is not None:
            yield _one_of(key, given)
    for key in NUMBERS:
        if (given := getattr(condition, key)) is not None:
            yield _number(key, given)
    if condition.unjudged is not None:
        yield _unjudged(condition.unjudged)
    if condition.language is not None:
        yield _language(condition.language)
    if condition.match is not None:
        yield _match(condition.match)
    if condition.list is not None:
        yield _listed(condition.list)
    if condition.not_ is not None:
        yield _not(compiled(condition.not_))
    if condition.all is not None:
        yield from map(compiled, condition.all)
    if condition.any is not None:
        yield _any([compiled(part) for part in condition.any])


def _all(tests: Sequence[Test]) -> Test:
    if not tests:
        return lambda scores, scored, subject: True
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda scores, scored, subject: (
            first(scores, scored, subject) and second(scores, scored, subject)
        )

    def test(scores: Mapping[str, float], scored: Scored, subject: Subject) -> bool:
        for each in tests:  # noqa: SIM110 (twice as fast as all())
            if not each(scores, scored, subject):
                return False
        return True

    return test


def _any(tests: Sequence[Test]) -> Test:
    def test(scores: Mapping[str, float], scored: Scored, subject: Subject) -> bool:
        for each in tests:  # noqa: SIM110
            if each(scores, scored, subject):
                return True
        return False

    return tests[0] if len(tests) == 1 else test


def _not(inner: Test) -> Test:
    return lambda scores, scored, subject: not inner(scores, scored, subject)


def within(bounds: Range) -> Callable[[float], bool]:
    """Whether a number lies in a range, as a function; NaN lies in none."""
    least, most, below = bounds.at_least, bounds.at_most, bounds.below
    if most is None and below is None and least is not None:
        return float(least).__le__
    low = float("-inf") if least is None else least
    high = float("inf") if most is None else most
    end = float("inf") if below is None else below
    if below is None:
        return lambda number: low <= number <= high
    return lambda number: low <= number <= high and number < end


def _score(label: str, bounds: Range) -> Test:
    if bounds.at_most is None and bounds.below is None:
        least = bounds.at_least or 0.0
        return lambda scores, scored, subject: scores.get(label, -1.0) >= least
    inside = within(bounds)

    def test(scores: Mapping[str, float], scored: Scored, subject: Subject) -> bool:
        score = scores.get(label)
        return score is not None and inside(score)

    return test


def _number(key: str, bounds: Range) -> Test:
    inside = within(bounds)
    get = attrgetter(key)

    def test(scores: Mapping[str, float], scored: Scored, subject: Subject) -> bool:
        number = get(subject)
        return number is not None and inside(float(number))

    return test


def _one_of(key: str, given: Names) -> Test:
    wanted = frozenset(names(given))
    get = attrgetter(key)
    return lambda scores, scored, subject: get(subject) in wanted


def _language(given: Names) -> Test:
    wanted = frozenset(names(given))
    und = UNDETERMINED in wanted
    return lambda scores, scored, subject: (
        scored.language in wanted if scored.language_probability >= CERTAIN else und
    )


def _unjudged(wanted: bool) -> Test:
    return lambda scores, scored, subject: scored.unjudged is wanted


def _listed(given: Names) -> Test:
    wanted = frozenset(names(given))
    return lambda scores, scored, subject: not wanted.isdisjoint(subject.lists)


def _match(condition: MatchCondition) -> Test:
    terms = None if condition.term is None else frozenset(names(condition.term))
    categories = None if condition.category is None else frozenset(names(condition.category))
    severe = None if condition.severity is None else within(condition.severity)
    evasive, quoted = condition.evasive, condition.quoted
    enough = within(condition.count or Range(at_least=1))
    without = enough(0.0)

    def fits(match: Match) -> bool:
        return (
            (terms is None or match.term in terms)
            and (categories is None or match.category in categories)
            and (severe is None or severe(float(match.severity)))
            and (evasive is None or match.evasive is evasive)
            and (quoted is None or match.quoted is quoted)
        )

    def test(scores: Mapping[str, float], scored: Scored, subject: Subject) -> bool:
        return enough(float(sum(map(fits, scored.matches)))) if scored.matches else without

    return test
