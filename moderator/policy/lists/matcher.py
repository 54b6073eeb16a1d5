"""All lists of a policy file, looked for in a text at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from moderator.policy.lists.entries import Kind, WordList, entry_forms, text_form
from moderator.policy.lists.globs import Glob
from moderator.policy.lists.hosts import candidate_hosts, domains_of

_NONE: frozenset[str] = frozenset()


class _Pattern(NamedTuple):
    name: str
    glob: Glob


class ListMatcher:
    """Finds which lists a text holds an entry of; immutable, in time linear in the text.

    Entries are looked up in hash tables, patterns by one automaton over the pieces that they
    cannot do without.
    """

    def __init__(self, lists: Mapping[str, WordList]) -> None:
        """Raises EntryError for an entry that `entry_forms` refuses."""
        self._exact = _tables(lists, "exact")
        self._domains = _tables(lists, "domain")
        by_key: dict[str, list[_Pattern]] = {}
        for form, names in _tables(lists, "pattern").items():
            glob = Glob.of(form)
            by_key.setdefault(glob.key, []).extend(_Pattern(name, glob) for name in names)
        self._patterns = tuple(by_key.values())
        keys = [key.encode() for key in by_key]
        self._automaton = BytesAhoCorasick(keys) if keys else None

    def find(self, text: str) -> frozenset[str]:
        """The names of the lists that have an entry in the text."""
        found = _NONE
        if self._domains:
            for host in candidate_hosts(text):
                for domain in domains_of(host):
                    found |= self._domains.get(domain, _NONE)
        if self._exact or self._automaton:
            form = text_form(text)
            found |= self._exact.get(form, _NONE)
            if self._automaton:
                found |= self._with_patterns(self._automaton, form)
        return found

    def _with_patterns(self, automaton: BytesAhoCorasick, form: str) -> frozenset[str]:
        hits = automaton.find_matches_as_indexes(form.encode(), overlapping=True)
        if not hits:
            return _NONE
        lines = form.split("\n")
        return frozenset(
            pattern.name
            for number in {number for number, _, _ in hits}
            for pattern in self._patterns[number]
            if any(pattern.glob.is_in(line) for line in lines)
        )


def _tables(lists: Mapping[str, WordList], kind: Kind) -> dict[str, frozenset[str]]:
    """Form → the lists of one kind that have it."""
    table: dict[str, frozenset[str]] = {}
    for name, one in lists.items():
        if one.kind == kind:
            for entry in one.entries:
                for form in entry_forms(kind, entry):
                    table[form] = table.get(form, _NONE) | {name}
    return table
