"""What a policy file may not say: checked once, when it is read, with a message for a person."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping

from moderator.errors import PolicyError
from moderator.labels import LABELS
from moderator.language import LANGUAGES, UNDETERMINED
from moderator.lexicon.entries.dataset import CATEGORIES
from moderator.policy.conditions.form import Condition, Range, names
from moderator.policy.policy import OWN_NAMES, Policy, Rule
from moderator.scorers.registry import known_labels

MAX_RULES = 500
MAX_DEPTH = 16
MAX_PARTS = 200
"""Of one rule's condition: how deeply it may be nested, and how many conditions it may hold."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_AUTHOR = re.compile(r"[0-9a-f]{24}")


def check_policy(where: str, policy: Policy, lists: Collection[str]) -> None:
    """Raises PolicyError for the first thing in a policy that cannot be meant."""
    for action, thresholds in (("review", policy.review), ("block", policy.block)):
        for label, threshold in thresholds.items():
            key = f"{where}.{action}.{label}"
            check_label(key, label)
            if not 0.0 < threshold <= 1.0:
                raise PolicyError(f"{key}: {threshold} must be in (0, 1]")
            if action == "block" and threshold < policy.review.get(label, 0.0):
                raise PolicyError(f"{key}: {threshold} must be at least the review threshold")
    for name in policy.lists:
        _known(f"{where}.lists.{name}", name, lists, "list")
    for author in policy.exempt.authors:
        if not _AUTHOR.fullmatch(author):
            raise PolicyError(
                f"{where}.exempt.authors: {author!r} is not the hash of an author: "
                "`moderator policy author NAME` prints it"
            )
    if len(policy.rules) > MAX_RULES:
        raise PolicyError(f"{where}.rules: {len(policy.rules)} rules: at most {MAX_RULES}")
    taken: set[str] = set()
    for rule in policy.rules:
        if rule.name in taken or rule.name in policy.lists:
            raise PolicyError(f"{where}.rules.{rule.name}: another rule or list has this name")
        taken.add(rule.name)
        _check_rule(f"{where}.rules.{rule.name}", rule, lists)


def check_name(where: str, name: str) -> None:
    """Raises PolicyError unless a rule or a list can be called so."""
    if not _NAME.fullmatch(name):
        raise PolicyError(f"{where}: {name!r}: a name has a-z, 0-9, _ and -, at most 40 of them")
    if name in OWN_NAMES or name in LABELS:
        raise PolicyError(f"{where}: {name!r} has a meaning of its own: choose another name")


def check_label(where: str, label: str) -> None:
    """Raises PolicyError for a label that no scorer gives."""
    if label not in LABELS and label not in (labels := known_labels()):
        raise PolicyError(f"{where}: unknown label (known: {', '.join(labels)})")


def _check_rule(where: str, rule: Rule, lists: Collection[str]) -> None:
    check_name(where, rule.name)
    found = list(_nested(rule.when, f"{where}.when", 0))
    if len(found) > MAX_PARTS:
        raise PolicyError(f"{where}.when: {len(found)} conditions: at most {MAX_PARTS}")
    for at, condition in found:
        _check_condition(at, condition, lists)


def _nested(condition: Condition, where: str, depth: int) -> Iterator[tuple[str, Condition]]:
    if depth > MAX_DEPTH:
        raise PolicyError(f"{where}: nested more than {MAX_DEPTH} deep: split the rule")
    yield where, condition
    for key in ("all", "any"):
        inner = getattr(condition, key)
        if inner == ():
            raise PolicyError(f"{where}.{key}: empty: name a condition, or leave it out")
        for number, part in enumerate(inner or ()):
            yield from _nested(part, f"{where}.{key}[{number}]", depth + 1)
    if condition.not_ is not None:
        yield from _nested(condition.not_, f"{where}.not", depth + 1)


def _check_condition(where: str, condition: Condition, lists: Collection[str]) -> None:
    for label, bounds in (condition.scores or {}).items():
        check_label(f"{where}.scores.{label}", label)
        _check_range(f"{where}.scores.{label}", bounds)
    for key in ("length", "links", "mentions", "account_age_days", "prior_holds"):
        _check_range(f"{where}.{key}", getattr(condition, key))
    choices: Mapping[str, tuple[Collection[str] | None, str]] = {
        "language": ((*LANGUAGES, UNDETERMINED), "language"),
        "list": (lists, "list"),
        "community": (None, ""),
        "author_role": (None, ""),
    }
    for key, (known, what) in choices.items():
        _check_names(f"{where}.{key}", getattr(condition, key), known, what)
    if match := condition.match:
        _check_range(f"{where}.match.severity", match.severity)
        _check_range(f"{where}.match.count", match.count)
        _check_names(f"{where}.match.category", match.category, CATEGORIES, "category")
        _check_names(f"{where}.match.term", match.term, None, "")


def _check_names(
    where: str, given: str | tuple[str, ...] | None, known: Collection[str] | None, what: str
) -> None:
    if given is None:
        return
    if not given:
        raise PolicyError(f"{where}: empty: give one, or leave it out")
    for name in names(given):
        if known is not None:
            _known(where, name, known, what)


def _known(where: str, name: str, known: Collection[str], what: str) -> None:
    if name not in known:
        choices = ", ".join(sorted(known)) or f"none: add a table [{what}s.{name}]"
        raise PolicyError(f"{where}: unknown {what} {name!r} (known: {choices})")


def _check_range(where: str, bounds: Range | None) -> None:
    if bounds is None:
        return
    given = [b for b in (bounds.at_least, bounds.at_most, bounds.below) if b is not None]
    if not given:
        raise PolicyError(f"{where}: give at_least, at_most or below")
    if any(math.isnan(bound) for bound in given):
        raise PolicyError(f"{where}: a bound must be a number")
