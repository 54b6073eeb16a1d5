"""Scores as Redis keeps them: signed, and read back only if this deployment wrote them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection

import msgspec

from moderator.records import Scored

_SEAL_BYTES = 16


class Sealer:
    """Signs scores with the secret that also hashes their keys.

    The seal covers the key, so that an entry cannot be moved to another text. What was not sealed
    here, has other labels than `labels`, or holds an impossible value, is not opened.
    """

    def __init__(self, secret: str, labels: Collection[str] | None = None) -> None:
        self._secret = hashlib.blake2b(b"seal\0" + secret.encode(), digest_size=32).digest()
        self._labels = None if labels is None else frozenset(labels)
        self._encode = msgspec.json.Encoder().encode
        self._decoder = msgspec.json.Decoder(Scored)

    def seal(self, key: bytes, scored: Scored) -> bytes:
        """The value to keep under `key`."""
        data = self._encode(scored)
        return self._mac(key, data) + data

    def open(self, key: bytes, value: bytes | None) -> Scored | None:
        """What was sealed under `key`, or None."""
        if value is None:
            return None
        seal, data = value[:_SEAL_BYTES], value[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._mac(key, data)):
            return None
        try:
            scored = self._decoder.decode(data)
        except (msgspec.DecodeError, ValueError, RecursionError):  # another version's fields
            return None
        return scored if self._is_possible(scored) else None

    def _is_possible(self, scored: Scored) -> bool:
        charged = scored.scores if scored.with_quotes is msgspec.UNSET else scored.with_quotes
        return all(
            scores
            and (self._labels is None or scores.keys() <= self._labels)
            and all(0.0 <= score <= 1.0 for score in scores.values())
            for scores in (scored.scores, charged)
        ) and all(0 <= m.start <= m.end and 1 <= m.severity <= 4 for m in scored.matches)

    def _mac(self, key: bytes, data: bytes) -> bytes:
        digest = hashlib.blake2b(key, key=self._secret, digest_size=_SEAL_BYTES)
        digest.update(data)
        return digest.digest()
