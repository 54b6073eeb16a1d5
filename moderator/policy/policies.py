"""All policies of a file: which community uses which, their shadows, lists and lexicons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from moderator.errors import PolicyError
from moderator.policy.community import CommunityLexicon
from moderator.policy.lists import ListMatcher, WordList
from moderator.policy.policy import Policy
from moderator.records import Component


class _Content(msgspec.Struct, frozen=True):
    """What of a list decides, and so belongs to a policy's version."""

    kind: str
    entries: tuple[str, ...]
    file: str | None


class Place(NamedTuple):
    """What judges the comments of a community."""

    policy: Policy
    component: Component
    shadow: tuple[str, Policy] | None
    """A policy that judges the same comments and is only counted."""
    lexicon: CommunityLexicon | None
    reads_comment: bool
    """Whether anything but the text and its scores plays a part."""
    reads_author: bool


class Policies:
    """All policies of a file, which community uses which, and their shadows.

    `lexicons` are the changes of the lexicon by community. A shadow policy judges the same comments
    as another one and is only counted.
    """

    def __init__(
        self,
        default: str,
        policies: Mapping[str, Policy],
        communities: Mapping[str, str],
        shadows: Mapping[str, str] | None = None,
        *,
        lists: Mapping[str, WordList] | None = None,
        lexicons: Mapping[str, CommunityLexicon] | None = None,
        version: str = "",
    ) -> None:
        """Raises PolicyError for an unknown policy."""
        self.by_name = dict(policies)
        self.lists = dict(lists or {})
        self.matcher = ListMatcher(self.lists)
        self.version = version
        """The version of the whole file with its lists; empty for policies that come from no
        file."""
        self._shadows = {key: (name, self.named(name)) for key, name in (shadows or {}).items()}
        used = {default, *communities.values(), *(shadows or {}).values()}
        self.charge_quotes = "charge" in {self.named(name).quoted for name in used}
        """Whether any policy in use needs the scores of texts including their quotes."""
        self._places = {name: self._place(name) for name in policies}
        self._default = self._places[default]
        self._communities = {key: self._places[name] for key, name in communities.items()}
        for key, lexicon in (lexicons or {}).items():
            self._communities[key] = self._place(communities.get(key, default), lexicon)
        self.places = (*self._places.values(), *self._communities.values())
        """All that any comment can be judged by."""
        self.components = tuple(dict.fromkeys(place.component for place in self.places))

    def named(self, name: str) -> Policy:
        """The policy of that name. Raises PolicyError if there is none."""
        policy = self.by_name.get(name)
        if policy is None:
            known = ", ".join(sorted(self.by_name)) or "none"
            raise PolicyError(f"no policy is named {name!r} (known: {known})")
        return policy

    def version_of(self, name: str) -> str:
        """A policy's version as verdicts name it, except in communities with their own words."""
        return self._places[name].component.version

    def descriptions_of(self, name: str) -> dict[str, str]:
        """Rule or list of a policy → what it is for, in the owner's words, if there are any."""
        policy = self.named(name)
        described = {
            name: self.lists[name].description for name in policy.lists if name in self.lists
        }
        described |= {rule.name: rule.description for rule in policy.rules}
        return {name: words for name, words in described.items() if words}

    def under(self, name: str) -> Policies:
        """The same file with that policy for all. Raises PolicyError if there is none."""
        return Policies(
            name,
            self.by_name,
            dict.fromkeys(self._communities, name),
            {key: shadow for key, (shadow, _) in self._shadows.items()},
            lists=self.lists,
            lexicons=self.lexicons,
            version=self.version,
        )

    def place_of(self, community: str | None) -> Place:
        """What judges the comments of a community; one that the file does not name has the
        default."""
        if community is None:
            return self._default
        return self._communities.get(community, self._default)

    def of(self, community: str | None) -> tuple[Policy, Component]:
        """The policy of a community, with its name and version."""
        place = self.place_of(community)
        return place.policy, place.component

    @property
    def lexicons(self) -> dict[str, CommunityLexicon]:
        """Community → its changes of the lexicon, for those that have any."""
        return {key: place.lexicon for key, place in self._communities.items() if place.lexicon}

    @property
    def communities(self) -> dict[str, str]:
        """Community → the name of its policy, for those that the file names."""
        return {key: place.component.name for key, place in self._communities.items()}

    def shadow_of(self, name: str) -> tuple[str, Policy] | None:
        """Name and policy of the shadow of a named policy, if it has one."""
        return self._shadows.get(name)

    @classmethod
    def load(cls, path: Path) -> Policies:
        """The policies of a TOML file. Raises PolicyError naming file, key and reason."""
        from moderator.policy.files import read_bundle, read_policies  # they make these

        return read_policies(read_bundle(path))

    def _place(self, name: str, lexicon: CommunityLexicon | None = None) -> Place:
        policy = self.named(name)
        shadow = self._shadows.get(name)
        both = (policy, shadow[1]) if shadow else (policy,)
        return Place(
            policy,
            Component(name, self._version(policy, lexicon)),
            shadow,
            lexicon,
            any(decider.reads_comment for decider in both),
            any(decider.reads_author for decider in both),
        )

    def _version(self, policy: Policy, lexicon: CommunityLexicon | None) -> str:
        """Changes with everything that the policy decides by."""
        named = {name for rule in policy.all_rules() for name in rule.lists}
        lists = [(name, self.lists[name]) for name in sorted(named) if name in self.lists]
        contents = [
            (name, _Content(words.kind, words.entries, words.file)) for name, words in lists
        ]
        parts: list[object] = [policy, contents]
        if lexicon:
            parts.append(lexicon.changes)
        encoded = msgspec.json.encode(parts if len(parts) > 2 or named else policy, order="sorted")
        return hashlib.sha256(encoded).hexdigest()[:12]
