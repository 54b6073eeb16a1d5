"""The protocol every cache keeps, and the key of a text's scores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from moderator.records import Scored, Verdict


class VerdictCache(Protocol):
    """Keeps scores by content and verdicts by comment id, each for a limited time.

    No method raises on a failing backend: a failure is a counted miss.
    """

    async def start(self) -> None:
        """Check whether the backend can be used; log why if it cannot."""
        ...

    async def get_many(self, keys: Sequence[str]) -> list[Scored | None]:
        """The scores kept under each key, or None; at most one round trip."""
        ...

    async def set_many(self, scores: Mapping[str, Scored], verdicts: Sequence[Verdict]) -> None:
        """Keep scores by key and verdicts by comment id; at most one round trip."""
        ...

    async def get_verdict(self, comment_id: str) -> Verdict | None:
        """The verdict kept for a comment, or None."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


def without_comment(verdict: Verdict) -> Verdict:
    """The verdict as caches keep it: without the comment that it may carry."""
    if verdict.comment is msgspec.UNSET:
        return verdict
    return msgspec.structs.replace(verdict, comment=msgspec.UNSET)


class ContentKeys:
    """Keyed hashes of texts: without the secret, a key reveals nothing about its text.

    The secret and the scorers' version are folded into one BLAKE2b key, so that a new model or
    lexicon never meets the scores of an old one.
    """

    def __init__(self, secret: str, scorer_version: str) -> None:
        self._key = hashlib.blake2b(f"{scorer_version}\0{secret}".encode(), digest_size=32).digest()

    def of(self, text: str) -> str:
        """32 hexadecimal digits; equal for equal texts only."""
        data = text.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self._key, digest_size=16).hexdigest()
