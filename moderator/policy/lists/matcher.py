"""All lists of a policy file, looked for in a text at once."""

from __future__ import annotations

from collections.abc import Mapping

from moderator.policy.lists.entries import Kind, WordList, entry_forms, text_form
from moderator.policy.lists.hosts import candidate_hosts, domains_of
from moderator.policy.lists.patterns import PatternMatcher

_NONE: frozenset[str] = frozenset()


class ListMatcher:
    """Finds which lists a text holds an entry of; immutable, in time linear in the text.

    Exact entries and domains are looked up in hash tables.
    """

    def __init__(self, lists: Mapping[str, WordList]) -> None:
        """Raises EntryError for an entry that `entry_forms` refuses."""
        self._exact = _tables(lists, "exact")
        self._domains = _tables(lists, "domain")
        patterns = _tables(lists, "pattern")
        self._patterns = PatternMatcher(patterns) if patterns else None

    def find(self, text: str) -> frozenset[str]:
        """The names of the lists that have an entry in the text."""
        names = _NONE
        if self._domains:
            for host in candidate_hosts(text):
                for domain in domains_of(host):
                    names |= self._domains.get(domain, _NONE)
        if self._exact or self._patterns:
            form = text_form(text)
            names |= self._exact.get(form, _NONE)
            if self._patterns:
                names |= self._patterns.find(form)
        return names


def _tables(lists: Mapping[str, WordList], kind: Kind) -> dict[str, frozenset[str]]:
    """Form → the lists of one kind that have it."""
    table: dict[str, frozenset[str]] = {}
    for name, word_list in lists.items():
        if word_list.kind == kind:
            for entry in word_list.entries:
                for form in entry_forms(kind, entry):
                    table[form] = table.get(form, _NONE) | {name}
    return table
