"""Reads a policy file into policies, part by part, so that every error names its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from moderator.errors import PolicyError
from moderator.policy.community import Community, CommunityLexicon, LexiconChanges
from moderator.policy.files.bundle import Bundle
from moderator.policy.files.checks import check_name, check_policy
from moderator.policy.files.convert import convert
from moderator.policy.lists.entries import MAX_ENTRIES, EntryError, WordList, entry_forms
from moderator.policy.policies import Policies
from moderator.policy.policy import Policy, Rule


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    default: str
    policies: dict[str, dict[str, Any]]
    communities: dict[str, str | dict[str, Any]] = {}
    shadows: dict[str, str] = {}
    lists: dict[str, dict[str, Any]] = {}


def read_policies(bundle: Bundle) -> Policies:
    """The policies of a file and its lists. Raises PolicyError naming file, key and reason."""
    policies, faults = examine(bundle)
    if policies is None:
        raise PolicyError(faults[0])
    return policies


def examine(bundle: Bundle) -> tuple[Policies | None, list[str]]:
    """The policies of a file, if nothing in it is at fault, and everything that is."""
    reader = _Reader(bundle)
    try:
        return reader.read(), reader.faults
    except PolicyError as error:
        return None, [*reader.faults, str(error)]


class _Reader:
    """Reads part by part, so that a fault in one leaves the others readable."""

    def __init__(self, bundle: Bundle) -> None:
        self.faults: list[str] = []
        self._bundle = bundle
        self._where = bundle.name

    def read(self) -> Policies | None:
        """None if there are faults. Raises PolicyError if the file cannot be read any further."""
        where = self._where
        file = convert(self._bundle.table, _File, where)
        lists = self._lists(file.lists)
        policies = {
            name: self._policy(f"{where}: policies.{name}", data, lists)
            for name, data in file.policies.items()
        }
        communities = {
            name: self._community(f"{where}: communities.{name}", data)
            for name, data in file.communities.items()
        }
        named = {name: community.policy or file.default for name, community in communities.items()}
        for key, name in [
            ("default", file.default),
            *((f"communities.{community}", name) for community, name in named.items()),
            *((f"shadows.{shadowed}", name) for shadowed, name in file.shadows.items()),
            *((f"shadows.{shadowed}", shadowed) for shadowed in file.shadows),
        ]:
            if name not in policies:
                known = ", ".join(sorted(policies)) or "none"
                self._fault(f"{where}: {key}: no policy is named {name!r} (known: {known})")
        lexicons = {}
        for name, table in communities.items():
            if table.lexicon != LexiconChanges():
                with self._collecting():
                    key = f"{where}: communities.{name}.lexicon"
                    lexicons[name] = CommunityLexicon(table.lexicon, key)
        if self.faults:
            return None
        return Policies(
            file.default,
            policies,
            named,
            file.shadows,
            lists=lists,
            lexicons=lexicons,
            version=self._bundle.version,
        )

    def _fault(self, message: str) -> None:
        self.faults.append(message)

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        try:
            yield
        except PolicyError as error:
            self._fault(str(error))

    def _policy(self, where: str, data: Mapping[str, Any], lists: Mapping[str, WordList]) -> Policy:
        table = dict(data)
        policy, rules = Policy(), []
        with self._collecting():
            given = convert(table.pop("rules", []), list[dict[str, Any]], f"{where}.rules")
            for number, rule in enumerate(given):
                with self._collecting():
                    rules.append(_rule(f"{where}.rules", number, rule))
        with self._collecting():
            policy = convert(table, Policy, where)
        policy = msgspec.structs.replace(policy, rules=tuple(rules))
        check_policy(where, policy, lists, self._fault)
        return policy

    def _community(self, where: str, data: str | dict[str, Any]) -> Community:
        if isinstance(data, str):
            return Community(data)
        with self._collecting():
            return convert(data, Community, where)
        return Community()

    def _lists(self, tables: Mapping[str, dict[str, Any]]) -> dict[str, WordList]:
        lists = {}
        total = 0
        for name, data in tables.items():
            key = f"{self._where}: lists.{name}"
            check_name(key, name, self._fault)
            lists[name] = WordList("exact")
            with self._collecting():
                word_list = convert(data, WordList, key)
                word_list = msgspec.structs.replace(
                    word_list, entries=_entries(key, word_list, self._bundle.files)
                )
                total += len(word_list.entries)
                if total > MAX_ENTRIES:
                    raise PolicyError(f"{key}: over {MAX_ENTRIES} entries in all lists")
                for entry in word_list.entries:
                    try:
                        entry_forms(word_list.kind, entry)
                    except EntryError as error:
                        self._fault(f"{key}: {error}")
                lists[name] = word_list
        return lists


def _rule(where: str, number: int, data: dict[str, Any]) -> Rule:
    name = data.get("name")
    called = f".{name}" if isinstance(name, str) else f"[{number}]"
    return convert(data, Rule, f"{where}{called}")


def _entries(where: str, word_list: WordList, files: Mapping[str, str]) -> tuple[str, ...]:
    """Those of the table and those of its file: a line each, but empty ones and # comments."""
    entries = word_list.entries
    if word_list.file is not None:
        if word_list.file not in files:
            raise PolicyError(f"{where}.file: {word_list.file} is not beside the policy file")
        lines = (line.strip() for line in files[word_list.file].splitlines())
        entries += tuple(line for line in lines if line and not line.startswith("#"))
    return entries
