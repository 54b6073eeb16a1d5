"""Who decided: kept as a keyed hash of the person's name."""

from __future__ import annotations

import hashlib


def person_hash(name: str, secret: str) -> str:
    """16 hexadecimal digits, the same for the same person; with the secret one can check a name."""
    key = hashlib.blake2b(f"person\0{secret}".encode(), digest_size=32).digest()
    return hashlib.blake2b(name.encode(), key=key, digest_size=8).hexdigest()
