"""Reads a policy file into policies, part by part, so that every error names its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from moderator.errors import PolicyError
from moderator.policy.community import AddedTerm, Community, CommunityLexicon, LexiconChanges
from moderator.policy.conditions.form import Condition, MatchCondition, Range
from moderator.policy.files.bundle import Bundle
from moderator.policy.files.checks import check_name, check_policy
from moderator.policy.files.convert import convert
from moderator.policy.lists.entries import MAX_ENTRIES, EntryError, WordList, entry_forms
from moderator.policy.policies import Policies
from moderator.policy.policy import Exempt, Policy, Rule

_RULE_KEYS = tuple(
    name
    for kind in (Rule, Condition, MatchCondition, Range)
    for name in kind.__struct_encode_fields__
)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    default: str
    policies: dict[str, dict[str, Any]]
    communities: dict[str, str | dict[str, Any]] = {}
    shadows: dict[str, str] = {}
    lists: dict[str, dict[str, Any]] = {}


def read_policies(bundle: Bundle) -> Policies:
    """The policies of a file and its lists. Raises PolicyError naming file, key and reason."""
    where = bundle.name
    file = convert(bundle.table, _File, where, _File.__struct_fields__)
    lists = _lists(where, file.lists, bundle.files)
    policies = {
        name: _policy(f"{where}: policies.{name}", data, lists)
        for name, data in file.policies.items()
    }
    communities = {
        name: _community(f"{where}: communities.{name}", data)
        for name, data in file.communities.items()
    }
    named = {name: one.policy or file.default for name, one in communities.items()}
    for key, name in {
        "default": file.default,
        **{f"communities.{community}": name for community, name in named.items()},
        **{f"shadows.{shadowed}": name for shadowed, name in file.shadows.items()},
        **{f"shadows.{name}": name for name in file.shadows if name not in policies},
    }.items():
        if name not in policies:
            known = ", ".join(sorted(policies)) or "none"
            raise PolicyError(f"{where}: {key}: no policy is named {name!r} (known: {known})")
    lexicons = {
        name: CommunityLexicon(one.lexicon, f"{where}: communities.{name}.lexicon")
        for name, one in communities.items()
        if one.lexicon != LexiconChanges()
    }
    return Policies(
        file.default,
        policies,
        named,
        file.shadows,
        lists=lists,
        lexicons=lexicons,
        version=bundle.version,
    )


def _policy(where: str, data: Mapping[str, Any], lists: Mapping[str, WordList]) -> Policy:
    table = dict(data)
    rules = convert(table.pop("rules", []), list[dict[str, Any]], f"{where}.rules")
    keys = (*Policy.__struct_fields__, *Exempt.__struct_fields__)
    policy = convert(table, Policy, where, keys)
    found = tuple(_rule(f"{where}.rules", number, rule) for number, rule in enumerate(rules))
    policy = msgspec.structs.replace(policy, rules=found)
    check_policy(where, policy, lists)
    return policy


def _rule(where: str, number: int, data: dict[str, Any]) -> Rule:
    name = data.get("name")
    called = f".{name}" if isinstance(name, str) else f"[{number}]"
    return convert(data, Rule, f"{where}{called}", _RULE_KEYS)


def _community(where: str, data: str | dict[str, Any]) -> Community:
    if isinstance(data, str):
        return Community(data)
    keys = (
        *Community.__struct_fields__, *LexiconChanges.__struct_fields__,
        *AddedTerm.__struct_fields__,
    )  # fmt: skip
    return convert(data, Community, where, keys)


def _lists(
    where: str, tables: Mapping[str, dict[str, Any]], files: Mapping[str, str]
) -> dict[str, WordList]:
    lists = {}
    total = 0
    for name, data in tables.items():
        key = f"{where}: lists.{name}"
        check_name(key, name)
        one = convert(data, WordList, key, WordList.__struct_fields__)
        one = msgspec.structs.replace(one, entries=_entries(key, one, files))
        total += len(one.entries)
        if total > MAX_ENTRIES:
            raise PolicyError(f"{key}: over {MAX_ENTRIES} entries in all lists")
        for entry in one.entries:
            try:
                entry_forms(one.kind, entry)
            except EntryError as error:
                raise PolicyError(f"{key}: {error}") from None
        lists[name] = one
    return lists


def _entries(where: str, one: WordList, files: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the table and those of its file: a line each, but empty ones and # comments."""
    entries = one.entries
    if one.file is not None:
        if one.file not in files:
            raise PolicyError(f"{where}.file: {one.file} is not beside the policy file")
        lines = (line.strip() for line in files[one.file].splitlines())
        entries += tuple(line for line in lines if line and not line.startswith("#"))
    return entries
