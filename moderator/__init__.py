"""A self-hosted streaming moderation filter: the public names."""

from moderator.errors import ModeratorError
from moderator.library import Moderator
from moderator.records import Action, Comment, Match, Reason, Scored, Verdict
from moderator.settings import Settings

__all__ = [
    "Action",
    "Comment",
    "Match",
    "Moderator",
    "ModeratorError",
    "Reason",
    "Scored",
    "Settings",
    "Verdict",
]
