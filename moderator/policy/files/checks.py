"""What a policy file may not say: checked once, when it is read, with a message for a person."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from moderator.labels import LABELS
from moderator.language import LANGUAGES, UNDETERMINED
from moderator.lexicon.entries.dataset import CATEGORIES
from moderator.policy.conditions.form import NUMBERS, Condition, Range, names
from moderator.policy.policy import OWN_NAMES, Policy, Rule
from moderator.scorers.registry import known_labels

MAX_RULES = 500
MAX_DEPTH = 16
MAX_PARTS = 200
"""Limits of one rule's condition: how deep it may be nested, and how many conditions it may
hold."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
Report = Callable[[str], None]
"""Called with each message; it may raise, to stop at the first."""

_AUTHOR = re.compile(r"[0-9a-f]{24}")


def check_policy(where: str, policy: Policy, lists: Collection[str], report: Report) -> None:
    """Reports everything in a policy that makes no sense."""
    for action, thresholds in (("review", policy.review), ("block", policy.block)):
        for label, threshold in thresholds.items():
            key = f"{where}.{action}.{label}"
            _check_label(key, label, report)
            if not 0.0 < threshold <= 1.0:
                report(f"{key}: {threshold} must be in (0, 1]")
            if action == "block" and threshold < policy.review.get(label, 0.0):
                report(f"{key}: {threshold} must be at least the review threshold")
    for name in policy.lists:
        _known(f"{where}.lists.{name}", name, lists, "list", report)
    for author in policy.exempt.authors:
        if not _AUTHOR.fullmatch(author):
            report(
                f"{where}.exempt.authors: {author!r} is not the hash of an author: "
                "`moderator policy author NAME` prints it"
            )
    bound = policy.breaker
    if bound is not None and bound.max_share is None and bound.max_blocks is None:
        report(f"{where}.breaker: bounds nothing: give max_share or max_blocks")
    if len(policy.rules) > MAX_RULES:
        report(f"{where}.rules: {len(policy.rules)} rules: at most {MAX_RULES}")
    taken: set[str] = set()
    for rule in policy.rules:
        if rule.name in taken or rule.name in policy.lists:
            report(f"{where}.rules.{rule.name}: another rule or list has this name")
        taken.add(rule.name)
        _check_rule(f"{where}.rules.{rule.name}", rule, lists, report)


def check_name(where: str, name: str, report: Report) -> None:
    """Reports a name that neither a rule nor a list can have."""
    if not _NAME.fullmatch(name):
        report(f"{where}: {name!r}: a name has a-z, 0-9, _ and -, at most 40 of them")
    if name in OWN_NAMES or name in LABELS:
        report(f"{where}: {name!r} has a meaning of its own: choose another name")


def _check_label(where: str, label: str, report: Report) -> None:
    """Reports a label that no scorer gives."""
    if label not in LABELS and label not in (labels := known_labels()):
        report(f"{where}: unknown label (known: {', '.join(labels)})")


def _check_rule(where: str, rule: Rule, lists: Collection[str], report: Report) -> None:
    check_name(where, rule.name, report)
    conditions = list(_nested(rule.when, f"{where}.when", 0, report))
    if len(conditions) > MAX_PARTS:
        report(f"{where}.when: {len(conditions)} conditions: at most {MAX_PARTS}")
    for key, condition in conditions:
        _check_condition(key, condition, lists, report)


def _nested(
    condition: Condition, where: str, depth: int, report: Report
) -> Iterator[tuple[str, Condition]]:
    if depth > MAX_DEPTH:
        report(f"{where}: nested more than {MAX_DEPTH} deep: split the rule")
        return
    yield where, condition
    for key in ("all", "any"):
        inner = getattr(condition, key)
        if inner == ():
            report(f"{where}.{key}: empty: name a condition, or leave it out")
        for number, part in enumerate(inner or ()):
            yield from _nested(part, f"{where}.{key}[{number}]", depth + 1, report)
    if condition.not_ is not None:
        yield from _nested(condition.not_, f"{where}.not", depth + 1, report)


def _check_condition(
    where: str, condition: Condition, lists: Collection[str], report: Report
) -> None:
    if condition.scores == {}:
        report(f"{where}.scores: empty: name a label, or leave it out")
    for label, bounds in (condition.scores or {}).items():
        _check_label(f"{where}.scores.{label}", label, report)
        _check_range(f"{where}.scores.{label}", bounds, report)
    for key in NUMBERS:
        _check_range(f"{where}.{key}", getattr(condition, key), report)
    choices: Mapping[str, tuple[Collection[str] | None, str]] = {
        "language": ((*LANGUAGES, UNDETERMINED), "language"),
        "list": (lists, "list"),
        "community": (None, ""),
        "author_role": (None, ""),
    }
    for key, (known, what) in choices.items():
        _check_names(f"{where}.{key}", getattr(condition, key), known, what, report)
    if match := condition.match:
        _check_range(f"{where}.match.severity", match.severity, report)
        _check_range(f"{where}.match.count", match.count, report)
        _check_names(f"{where}.match.category", match.category, CATEGORIES, "category", report)
        _check_names(f"{where}.match.term", match.term, None, "", report)


def _check_names(
    where: str,
    given: str | tuple[str, ...] | None,
    known: Collection[str] | None,
    what: str,
    report: Report,
) -> None:
    if given is None:
        return
    if not given:
        report(f"{where}: empty: give one, or leave it out")
    for name in names(given):
        if known is not None:
            _known(where, name, known, what, report)


def _known(where: str, name: str, known: Collection[str], what: str, report: Report) -> None:
    if name not in known:
        choices = ", ".join(sorted(known)) or f"none: add a table [{what}s.{name}]"
        report(f"{where}: unknown {what} {name!r} (known: {choices})")


def _check_range(where: str, bounds: Range | None, report: Report) -> None:
    if bounds is None:
        return
    given = [b for b in (bounds.at_least, bounds.at_most, bounds.below) if b is not None]
    if not given:
        report(f"{where}: give at_least, at_most or below")
    if any(math.isnan(bound) for bound in given):
        report(f"{where}: a bound must be a number")
