"""A statement of reasons in plain words, for the person whose comment was held or blocked.

The EU's Digital Services Act (Article 17) asks for one: what was done, on what facts, whether by
automated means, on what ground, and how to object. The text is a template of the platform's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template

import msgspec

from moderator.errors import SettingsError
from moderator.labels import LABELS
from moderator.package import shipped
from moderator.policy.effect_breaker import BREAKER
from moderator.policy.overrides import HUMAN, by_person
from moderator.policy.policy import EXEMPT
from moderator.records import Action, Reason, Verdict

PLACEHOLDERS = ("where", "date", "action", "reasons", "automated", "policy", "version")

_ACTIONS = {
    Action.ALLOW: "published",
    Action.REVIEW: "held until a person has looked at it",
    Action.BLOCK: "not published",
}
_OWN = {
    "scorer_failed": "It could not be judged by machine in full.",
    "truncated": "It is too long to be judged by machine in full.",
    "truncated_by_budget": "It is too long to be judged by machine in full.",
    "unknown_language": "It is in a language that no machine here judges.",
    BREAKER: "More than usual would be blocked just now, so a person looks at it first.",
    HUMAN: "A person decided so about the same text.",
    EXEMPT: "Its author is exempt from the policy.",
}


def read_template(path: Path | None) -> Template:
    """The template of a file, or the one that comes with the package.

    Raises SettingsError for a file that cannot be read or an unknown placeholder.
    """
    path = path or shipped("config/statement.txt")
    try:
        template = Template(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingsError(f"policies.statement: {path}: cannot be read ({reason})") from None
    try:
        template.substitute(dict.fromkeys(PLACEHOLDERS, ""))
    except (KeyError, ValueError) as error:
        known = ", ".join(f"${name}" for name in PLACEHOLDERS)
        raise SettingsError(f"policies.statement: {path}: {error}: it may hold {known}") from None
    return template


def statement(verdict: Verdict, template: Template, described: Mapping[str, str]) -> str:
    """The statement for a verdict; `described` has words for rules and lists of the policy that
    decided it."""
    reasons = list(dict.fromkeys(_in_words(reason, described) for reason in verdict.reasons))
    community = None if verdict.community is msgspec.UNSET else verdict.community
    return template.substitute(
        where=community or "our comments",
        date=verdict.scored_at[:10],
        action=_ACTIONS[verdict.action],
        reasons=" ".join(reasons) or "nothing in it was found to break the rules.",
        automated="The decision was made by a person."
        if by_person(verdict)
        else "The comment was found, and the decision made, by automated means.",
        policy=verdict.policy.name,
        version=verdict.policy.version,
    )


def _last(reason: Reason) -> str:
    return reason.rule.partition(".")[2]


def _in_words(reason: Reason, described: Mapping[str, str]) -> str:
    name = _last(reason)
    if name in _OWN:
        return _OWN[name]
    if name in LABELS:
        return LABELS[name].description
    return described.get(name) or f'It falls under the rule "{name}".'
