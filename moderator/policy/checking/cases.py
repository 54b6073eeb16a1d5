"""Cases: comments and what a policy must make of them, in `*.cases.toml` beside the policy.

    [[cases]]
    name = "a newcomer's link"
    text = "Look: http://shop.example"
    context = { account_age_days = 2 }
    action = "review"
    rule = "newcomer-links"

`label` names a label among the reasons, `rule` a rule, a list or ACTION.NAME. With `scores` the
text is not scored; `policy` names the policy to judge by instead of the community's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from moderator.errors import PolicyError
from moderator.policy.decider import Decided
from moderator.policy.explaining.firing import nearly
from moderator.policy.files.bundle import parsed
from moderator.policy.files.convert import convert
from moderator.policy.policies import Policies
from moderator.policy.subject import Subject
from moderator.records import Action, Comment, CommentContext, Scored
from moderator.scorers.registry import known_labels

SUFFIX = ".cases.toml"


class _Context(CommentContext, frozen=True, forbid_unknown_fields=True):
    """A comment's context; a misspelt key, which the wire may have, would test nothing."""


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A comment and what is expected; `where` is the file and the number of the case in it."""

    text: str
    action: Action
    name: str = ""
    community: str | None = None
    author: str | None = None
    context: _Context | None = None
    label: str | None = None
    rule: str | None = None
    policy: str | None = None
    scores: dict[str, float] | None = None
    where: str = ""

    @property
    def title(self) -> str:
        """Its name, or the beginning of its text."""
        return self.name or " ".join(self.text.split())[:60]

    @property
    def comment(self) -> Comment:
        """The comment to judge."""
        return Comment(self.where, self.text, self.community, self.author, context=self.context)

    @property
    def scored(self) -> Scored | None:
        """The scores that it brings, if it does."""
        return None if self.scores is None else Scored(self.scores)


class CaseOutcome(msgspec.Struct, frozen=True):
    """What became of a case; `faults` is empty if all that it expects holds. `nearly` are rules
    that one condition kept from firing, and thresholds just above a score."""

    name: str
    where: str
    expected: Action
    action: Action
    reasons: tuple[str, ...]
    faults: tuple[str, ...]
    text: str
    policy: str
    scores: Mapping[str, float] = {}
    nearly: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    cases: list[dict[str, Any]]


def find_cases(paths: Iterable[Path], policy: Path) -> list[Path]:
    """The case files among the paths and in folders; by default those beside the policy.

    Raises PolicyError if there are none.
    """
    given = list(paths) or [policy.parent]
    files = [
        file
        for path in given
        for file in (sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path])
    ]
    if not files:
        raise PolicyError(f"{given[0]}: holds no *{SUFFIX}: write one, or name a file of cases")
    return files


def read_cases(path: Path, policies: Policies) -> list[Case]:
    """The cases of a file, at least one. Raises PolicyError naming file, case and key."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise PolicyError(f"{path}: cannot be read ({reason})") from None
    listed = convert(parsed(str(path), text), _File, str(path)).cases
    if not listed:
        raise PolicyError(f"{path}: holds no case: add a table [[cases]]")
    cases = []
    for number, data in enumerate(listed, 1):
        where = f"{path}: case {number}"
        if "where" in data:
            raise PolicyError(f"{where}: unknown key `where`")
        case = msgspec.structs.replace(convert(data, Case, where), where=where)
        if case.policy is not None and case.policy not in policies.by_name:
            known = ", ".join(sorted(policies.by_name))
            raise PolicyError(f"{where}: no policy is named {case.policy!r} (known: {known})")
        for label, score in (case.scores or {}).items():
            if label not in (labels := known_labels()):
                raise PolicyError(
                    f"{where}.scores.{label}: unknown label (known: {', '.join(labels)})"
                )
            if not 0.0 <= score <= 1.0:
                raise PolicyError(f"{where}.scores.{label}: {score} must be in [0, 1]")
        cases.append(case)
    return cases


def outcome(case: Case, decided: Decided, policies: Policies, author: str | None) -> CaseOutcome:
    """What became of a case that was decided so, by one of the policies; `author` is a hash."""
    decision = decided.decision
    subject = Subject(
        case.text,
        community=case.community,
        author=author,
        context=case.context,
        lists=policies.matcher,
    )
    policy = policies.named(decided.policy.name)
    faults = []
    if decision.action is not case.action:
        faults.append(f"expected {case.action}, got {decision.action}")
    labels = [reason.label for reason in decision.reasons]
    if case.label is not None and case.label not in labels:
        faults.append(f"expected label {case.label}, got {', '.join(labels) or 'none'}")
    rules = [reason.rule for reason in decision.reasons]
    if case.rule is not None and case.rule not in {*rules, *(r.partition(".")[2] for r in rules)}:
        faults.append(f"expected rule {case.rule}, got {', '.join(rules) or 'none'}")
    return CaseOutcome(
        case.title,
        case.where,
        case.action,
        decision.action,
        tuple(
            f"{reason.rule} {reason.score:.2f} ≥ {reason.threshold:.2f}"
            if reason.threshold
            else reason.rule
            for reason in decision.reasons
        ),
        tuple(faults),
        case.text,
        decided.policy.name,
        decided.scored.scores,
        tuple(f"{near.rule}: {near.missing}" for near in nearly(policy, decided.scored, subject)),
    )
