"""One piece of feedback."""

from __future__ import annotations

import msgspec

from moderator.records import Action, decoded_or_none


class Feedback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody decided, or suggested, about a comment. `at` is RFC 3339 in UTC.

    `source` is the API it came through, `by` the name of the access token, or a keyed hash of a
    person's name; `scores` are those that the text should have had, by attribute (1: the attribute
    holds). `reference` is the sender's own name for the comment, `id` the comment's. `action` is
    what a person decided; until `expires_at`, if it is set, that holds for the same text in the
    same community, whatever the scores. `undone` takes such a decision back. `verdict` is what the
    filter had decided, if that is known. The text is included, since models learn from it: whoever
    can read the topic or file can read comments.
    """

    source: str
    text: str
    at: str
    scores: dict[str, float] = {}
    community: str | None = None
    by: str | None = None
    reference: str | None = None
    id: str | None = None
    action: Action | None = None
    expires_at: str | None = None
    undone: bool = False
    verdict: Action | None = None
    note: str | None = None


_feedback = msgspec.json.Decoder(Feedback)


def feedback_from_json(value: bytes | None) -> Feedback | None:
    """The feedback in a record of the topic or a line of the file; None if it is something else."""
    return decoded_or_none(_feedback.decode, value)
