"""What is wrong with a policy file: errors, and what is accepted but makes no sense."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Literal

import msgspec

from moderator.package import shipped
from moderator.policy.checking.implication import implies, is_impossible
from moderator.policy.conditions import Condition, Range
from moderator.policy.conditions.form import names_of, parts
from moderator.policy.files import Bundle, read_bundle, read_policies
from moderator.policy.files.reading import examine
from moderator.policy.lists import WordList
from moderator.policy.lists.entries import Kind as ListKind
from moderator.policy.lists.entries import entry_forms
from moderator.policy.lists.hosts import domains_of
from moderator.policy.policies import Policies
from moderator.policy.policy import Policy
from moderator.records import Action

Kind = Literal[
    "refused", "unreachable", "no_effect", "unknown_label", "unknown_term", "unused", "never_fires"
]


class LintFinding(msgspec.Struct, frozen=True):
    """One finding; what is `refused` stops a worker, all else is a warning."""

    kind: Kind
    where: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether the file is refused for it."""
        return self.kind == "refused"


def lint_policies(
    bundle: Bundle, labels: Collection[str] = ()
) -> tuple[Policies | None, list[LintFinding]]:
    """The policies, if the file is accepted, and what was found; `labels` are those that the
    scorers in use give, if known."""
    policies, faults = examine(bundle)
    findings = [_refused(bundle, fault) for fault in faults]
    if policies is not None:
        findings += _unused(policies)
        for name, policy in policies.by_name.items():
            communities = _communities(policies, name)
            if communities != set() or not _is_shipped(name, policy):
                where = f"policies.{name}"
                findings += _of_policy(where, policy, communities, labels)
                findings += _outvoted(where, policy, policies.lists)
    return policies, findings


def _refused(bundle: Bundle, fault: str) -> LintFinding:
    fault = fault.removeprefix(f"{bundle.name}: ")
    place, separator, message = fault.partition(": ")
    if not separator or place.startswith(("unknown key", "not valid")):
        return LintFinding("refused", bundle.name, fault)
    return LintFinding("refused", place, message)


def never_fired(
    policies: Policies, fired: Mapping[str, Counter[str]], sample: int
) -> list[LintFinding]:
    """A finding for each rule of the policies in `fired` (policy → rule → times) that never did."""
    return [
        LintFinding(
            "never_fires",
            f"policies.{name}.rules.{rule.name}",
            f"did not fire on any of the sample's {sample:,} comments",
        )
        for name, counts in fired.items()
        for rule in policies.named(name).all_rules()
        if not counts[rule.name]
    ]


def _communities(policies: Policies, name: str) -> set[str] | None:
    """The communities whose policy it is; None if others may have it too."""
    shadows = {shadow[0] for used in policies.by_name if (shadow := policies.shadow_of(used))}
    if name in shadows or name == policies.of(None)[1].name:
        return None
    return {community for community, used in policies.communities.items() if used == name}


def _unused(policies: Policies) -> Iterator[LintFinding]:
    for name, policy in policies.by_name.items():
        shadow = policies.shadow_of(name)
        if shadow and shadow[0] == name:
            yield LintFinding("no_effect", f"shadows.{name}", "shadows itself")
        if _communities(policies, name) == set() and not _is_shipped(name, policy):
            message = "is neither the default, nor a community's, nor a shadow"
            yield LintFinding("unused", f"policies.{name}", message)
    used = {
        name
        for policy in policies.by_name.values()
        for rule in policy.all_rules()
        for name in rule.lists
    }
    for name, entries in policies.lists.items():
        if name not in used:
            yield LintFinding("unused", f"lists.{name}", "no policy uses it")
        elif not entries.entries:
            yield LintFinding("no_effect", f"lists.{name}", "has no entries")


def _outvoted(where: str, policy: Policy, lists: Mapping[str, WordList]) -> Iterator[LintFinding]:
    """Entries of lists that allow, if a graver list, which is read before, has them too."""
    graver = {name: action for name, action in policy.lists.items() if action is not Action.ALLOW}
    for name in sorted(policy.lists.keys() - graver.keys()):
        kind = lists[name].kind
        for other, action in graver.items():
            if lists[other].kind != kind:
                continue
            forms = {form for entry in lists[other].entries for form in entry_forms(kind, entry)}
            shared = [entry for entry in lists[name].entries if forms & _covering(kind, entry)]
            if shared:
                more = f" and {len(shared) - 1:,} more" if len(shared) > 1 else ""
                message = f"`{shared[0]}`{more}: `{other}` says {action} first"
                yield LintFinding("no_effect", f"{where}.lists.{name}", message)


def _covering(kind: ListKind, entry: str) -> set[str]:
    """The forms of an entry, for a domain also those of the domains above it."""
    forms = entry_forms(kind, entry)
    return {name for form in forms for name in domains_of(form)} if kind == "domain" else {*forms}


def _is_shipped(name: str, policy: Policy) -> bool:
    """Whether it came with the package and was left as it was: no fault of the owner."""
    return _shipped().get(name) == policy


@cache
def _shipped() -> Mapping[str, Policy]:
    return read_policies(read_bundle(shipped("config/policy.toml"))).by_name


def _of_policy(
    where: str, policy: Policy, communities: set[str] | None, labels: Collection[str]
) -> Iterator[LintFinding]:
    wanted = {*policy.review, *policy.block}
    for rule in policy.rules:
        wanted |= _labels(rule.when)
    for label in sorted(wanted):
        if labels and label not in labels:
            yield LintFinding(
                "unknown_label", f"{where}: {label}", "no scorer in use gives this label"
            )
    rules = list(policy.all_rules())
    for number, rule in enumerate(rules):
        key = f"{where}.rules.{rule.name}"
        if is_impossible(rule.when):
            yield LintFinding("unreachable", key, "no comment meets its condition")
            continue
        if rule.action is Action.ALLOW and implies(rule.when, Condition(unjudged=True)):
            message = "a text that no model judges is never allowed for it: set on_unknown_language"
            yield LintFinding("unreachable", key, message)
            continue
        only = names_of(rule.when, "community") if rule.when.community is not None else set()
        if communities is not None and only and not only & communities:
            message = f"{', '.join(sorted(only))}: this policy is not theirs"
            yield LintFinding("unreachable", key, message)
            continue
        for other in rules[:number]:
            if other.action is Action.ALLOW and implies(rule.when, other.when):
                message = f"`{other.name}` above it allows every comment that it would fire on"
                yield LintFinding("unreachable", key, message)
                break
        else:
            yield from _without_effect(key, policy, number)


def _without_effect(key: str, policy: Policy, number: int) -> Iterator[LintFinding]:
    """A rule that only ever says what something graver, or as grave, says anyway."""
    rules = list(policy.all_rules())
    rule = rules[number]
    if rule.action is Action.ALLOW:
        return
    for other in rules[:number]:
        if other.action.rank >= rule.action.rank and implies(rule.when, other.when):
            message = f"`{other.name}` says {other.action} whenever it fires"
            yield LintFinding("no_effect", key, message)
            return
    if any(other.action is Action.ALLOW for other in rules) or policy.exempt.roles:
        return  # it may come before a rule that lifts the thresholds
    for action, thresholds in ((Action.REVIEW, policy.review), (Action.BLOCK, policy.block)):
        for label, threshold in thresholds.items():
            met = Condition(scores={label: Range(at_least=threshold)})
            if action.rank >= rule.action.rank and implies(rule.when, met):
                message = f"{action}.{label} = {threshold:g} says {action} whenever it fires"
                yield LintFinding("no_effect", key, message)
                return


def _labels(condition: Condition) -> set[str]:
    return set(condition.scores or {}).union(*map(_labels, parts(condition)))
