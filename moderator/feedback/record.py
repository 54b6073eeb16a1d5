"""One piece of feedback."""

from __future__ import annotations

import msgspec


class Feedback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody decided, or suggested, about a comment. `at` is RFC 3339 in UTC.

    `source` is the API it came through, `by` the name of the access token; `scores` are those that
    the text should have had, by attribute (1: the attribute holds). `reference` is the sender's
    own name for the comment. The text is included, since models learn from it: whoever can read
    the topic or file can read comments.
    """

    source: str
    text: str
    at: str
    scores: dict[str, float] = {}
    community: str | None = None
    by: str | None = None
    reference: str | None = None
