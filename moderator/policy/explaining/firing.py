"""Which rules of a policy fire on a comment, and which would if one more condition held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from moderator.policy.conditions import Condition, compiled
from moderator.policy.policy import Policy, Rule
from moderator.policy.subject import Subject
from moderator.records import Scored

NEAR = 0.1
"""A score this far below its threshold nearly met it."""


class Near(msgspec.Struct, frozen=True):
    """A rule or threshold that nearly counted, and what was missing."""

    rule: str
    missing: str


def fired(policy: Policy, scored: Scored, subject: Subject) -> list[Rule]:
    """The rules and lists whose conditions hold, whatever became of them."""
    scores = policy.charged(scored)
    return [rule for rule, holds in policy.tests if holds(scores, scored, subject)]


def nearly(policy: Policy, scored: Scored, subject: Subject) -> Iterator[Near]:
    """The rules that only one of several conditions, or a score just below its bound, keeps from
    firing, and thresholds just above a score."""
    scores = policy.charged(scored)
    for action, thresholds in (("block", policy.block), ("review", policy.review)):
        for label, threshold in thresholds.items():
            score = scores.get(label, 0.0)
            if threshold - NEAR <= score < threshold:
                yield Near(f"{action}.{label}", f"{label} {score:.2f}, from {threshold:.2f} on")
    for rule in policy.all_rules():
        held = [(part, compiled(part)(scores, scored, subject)) for part in conjuncts(rule.when)]
        failing = [part for part, holds in held if not holds]
        if len(failing) == 1 and (len(held) > 1 or _is_close(failing[0], scores)):
            yield Near(f"{rule.action}.{rule.name}", _missing(failing[0], scores))


def _is_close(condition: Condition, scores: Mapping[str, float]) -> bool:
    """Whether a score is just below the bound of a condition on it alone."""
    return any(
        bounds.at_least is not None
        and bounds.at_least - NEAR <= scores.get(label, 0.0) < bounds.at_least
        for label, bounds in (condition.scores or {}).items()
    )


def _missing(condition: Condition, scores: Mapping[str, float]) -> str:
    known = [
        f"{label} is {scores[label]:.2f}" for label in condition.scores or {} if label in scores
    ]
    return ", ".join([written(condition), *known])


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """The conditions of one key each that all have to hold."""
    for key in Condition.__struct_fields__:
        given = getattr(condition, key)
        if given is None:
            continue
        if key == "all":
            for part in given:
                yield from conjuncts(part)
        elif key == "scores":
            for label, bounds in given.items():
                yield Condition(scores={label: bounds})
        else:
            yield Condition(**{key: given})


def written(condition: Condition) -> str:
    """A condition as the policy file has it, in short."""
    return _toml(msgspec.to_builtins(condition))


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}" if isinstance(value, float) else f'"{value}"'
