"""The records that enter and leave the filter; JSON on the wire, immutable in memory."""

from moderator.records.comment import Comment, CommentContext
from moderator.records.dead_letter import DeadLetter
from moderator.records.json import as_mapping, decoded_or_none, to_json, verdict_from_json
from moderator.records.times import epoch_seconds
from moderator.records.verdict import Action, Component, Match, Reason, Scored, Verdict

__all__ = [
    "Action",
    "Comment",
    "CommentContext",
    "Component",
    "DeadLetter",
    "Match",
    "Reason",
    "Scored",
    "Verdict",
    "as_mapping",
    "decoded_or_none",
    "epoch_seconds",
    "to_json",
    "verdict_from_json",
]
