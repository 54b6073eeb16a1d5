"""The comment as rules see it: its text, its context, and what is known about its author."""

from __future__ import annotations

import re

from moderator.policy.lists import ListMatcher
from moderator.policy.lists.hosts import linked_hosts
from moderator.records.comment import CommentContext

_MENTION = re.compile(r"(?<![\w.])@\w")
_UNKNOWN = CommentContext()


class Subject:
    """One comment. `author` is the hash of its author, never the name; `length` is in characters.

    What rules ask of the text is found when the first of them asks, in time linear in its length.
    """

    __slots__ = (
        "_links", "_lists", "_matcher", "_mentions", "account_age_days", "author", "author_role",
        "community", "length", "prior_holds", "text",
    )  # fmt: skip

    def __init__(
        self,
        text: str = "",
        *,
        community: str | None = None,
        author: str | None = None,
        context: CommentContext | None = None,
        lists: ListMatcher | None = None,
        length: int | None = None,
    ) -> None:
        known = context or _UNKNOWN
        self.text = text
        self.length = len(text) if length is None else length
        self.community = community
        self.author = author
        self.author_role = known.author_role
        self.account_age_days = known.account_age_days
        self.prior_holds = known.prior_holds
        self._matcher = lists
        self._links: int | None = None
        self._lists: frozenset[str] | None = None
        self._mentions: int | None = None

    @property
    def links(self) -> int:
        """How many links the text holds: addresses with `http://`, `https://` or `www.`."""
        if self._links is None:
            self._links = len(linked_hosts(self.text))
        return self._links

    @property
    def mentions(self) -> int:
        """How many times the text mentions somebody: `@name`."""
        if self._mentions is None:
            self._mentions = len(_MENTION.findall(self.text)) if "@" in self.text else 0
        return self._mentions

    @property
    def lists(self) -> frozenset[str]:
        """The names of the lists that have an entry in the text."""
        if self._lists is None:
            self._lists = self._matcher.find(self.text) if self._matcher else frozenset()
        return self._lists


NOBODY = Subject()
"""For decisions on scores alone, if nothing is known about the comment."""
