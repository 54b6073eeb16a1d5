"""Hashes of authors, by which a policy names a person without storing their name."""

from __future__ import annotations

import hashlib

_BYTES = 12


def author_hash(author: str, secret: str) -> str:
    """24 hexadecimal digits; without the secret (`cache.secret`) they reveal nothing."""
    key = hashlib.blake2b(b"author\0" + secret.encode(), digest_size=32).digest()
    data = author.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, key=key, digest_size=_BYTES).hexdigest()
