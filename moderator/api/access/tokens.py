"""Access tokens: a TOML file with a hash for each, never the token itself.

    [tokens.shop]
    sha256 = "…"                # of the whole token
    community = "gaming"        # optional: whatever it sends is judged by this community's policy
    rate = "500/second"         # optional: comments; `serve.rate` otherwise
    may = ["moderate"]          # optional: all that it may do; this is the default

A token has 256 random bits, so a plain hash is enough. Its middle part is public and finds the
entry; only then are hashes compared, in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from moderator.errors import SettingsError

RATE = r"^\d{1,9}/(second|minute|hour|day)$"
_NAME = r"^[A-Za-z0-9_-]{1,64}$"
_PREFIX = "mod"
_UNKNOWN = hashlib.sha256(b"").digest()

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Id = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{12}$")]
Rate = Annotated[str, msgspec.Meta(pattern=RATE)]
Name = Annotated[str, msgspec.Meta(pattern=_NAME)]


class Right(StrEnum):
    """What a token may do: have comments judged; decide in place of the policy; see and decide
    what is held for review."""

    MODERATE = "moderate"
    FEEDBACK = "feedback"
    REVIEW = "review"


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the file."""

    id: Id
    sha256: Hash
    community: str | None = None
    rate: Rate | None = None
    may: Annotated[frozenset[Right], msgspec.Meta(min_length=1)] = frozenset({Right.MODERATE})


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tokens: dict[Name, Token] = {}


class AccessTokens:
    """The tokens of a file as it was read."""

    def __init__(self, by_name: Mapping[str, Token]) -> None:
        self._by_id = {
            token.id: (name, token, bytes.fromhex(token.sha256)) for name, token in by_name.items()
        }

    @classmethod
    def load(cls, path: Path) -> AccessTokens:
        """The tokens in a file. Raises SettingsError naming file, entry and reason."""
        return cls(_read(path).tokens)

    def find(self, given: str) -> tuple[str, Token] | None:
        """Name and entry of the token given, or None."""
        candidate = self._by_id.get(given[len(_PREFIX) + 1 : len(_PREFIX) + 13])
        name, token, wanted = candidate or ("", None, _UNKNOWN)
        digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).digest()
        same = hmac.compare_digest(digest, wanted)
        return (name, token) if same and token is not None else None


def new_token(
    path: Path,
    name: str,
    community: str | None,
    rate: str | None,
    may: Sequence[Right] = (Right.MODERATE,),
) -> str:
    """Add a token to the file (made if missing, readable by its owner only) and return it.

    Raises SettingsError if name or rate is invalid, the name taken, or the file refused.
    """
    if not re.fullmatch(_NAME, name):
        raise SettingsError(f"{name!r}: a token's name is 1 to 64 letters, digits, - and _")
    if rate is not None and not re.fullmatch(RATE, rate):
        raise SettingsError(f"{rate!r}: a rate is like 500/second; or per minute, hour, day")
    known = _read(path).tokens if path.exists() else {}
    if name in known:
        raise SettingsError(f"{path}: there is a token named {name!r}: delete its table first")
    public = secrets.token_hex(6)
    token = f"{_PREFIX}_{public}_{secrets.token_urlsafe(32)}"
    lines = [
        f"[tokens.{name}]",
        f'id = "{public}"',
        f'sha256 = "{hashlib.sha256(token.encode()).hexdigest()}"',
    ]
    if community is not None:
        lines.append(f"community = {msgspec.json.encode(community).decode()}")
    if rate is not None:
        lines.append(f'rate = "{rate}"')
    if set(may) != {Right.MODERATE}:
        rights = ", ".join(f'"{right}"' for right in sorted(set(may)))
        lines.append(f"may = [{rights}]")
    entry = "\n".join(lines)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
        file.write(f"{entry}\n\n")
    return token


def _read(path: Path) -> _File:
    try:
        return _check(path, path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read ({error.strerror}): "
            "make it with `moderator serve token new NAME`"
        ) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not UTF-8 at byte {error.start}") from None


def _check(path: Path, text: str) -> _File:
    try:
        return msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path}: {error}") from None
