"""A self-hosted streaming moderation filter: the public names."""

from moderator.records import Action, Comment, Match, Reason, Scored, Verdict

__all__ = ["Action", "Comment", "Match", "Reason", "Scored", "Verdict"]
