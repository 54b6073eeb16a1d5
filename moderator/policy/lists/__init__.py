"""Lists of texts, domains and patterns that policies allow, hold or block."""

from moderator.policy.lists.entries import EntryError, WordList
from moderator.policy.lists.matcher import ListMatcher

__all__ = ["EntryError", "ListMatcher", "WordList"]
