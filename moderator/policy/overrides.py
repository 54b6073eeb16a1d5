"""What people decided about texts: it holds for the same text until it expires."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import NamedTuple

from moderator.cache.base import ContentKeys
from moderator.policy.policy import Decision
from moderator.records import Action, Reason, Verdict

_MAX = 1_000_000
"""With more, the ones decided first are forgotten."""

HUMAN = "human"
"""Ends the rule of a verdict's reason if a person decided: `block.human`."""


def by_person(verdict: Verdict) -> bool:
    """Whether a person decided, which holds under any policy."""
    return any(reason.rule.endswith(f".{HUMAN}") for reason in verdict.reasons)


class Override(NamedTuple):
    """One decision; `expires_s` in seconds since 1970."""

    action: Action
    expires_s: float


class OverrideKeys:
    """Keyed hashes of a community and a text: without the secret they reveal neither."""

    def __init__(self, secret: str) -> None:
        self._keys = ContentKeys(secret, "overrides")

    def of(self, community: str | None, text: str) -> str:
        """Equal for the same text in the same community, or in none. Texts hold no NUL."""
        return self._keys.of(f"{'' if community is None else f'+{community}'}\0{text}")


class Overrides:
    """The decisions in force, by keyed hash; it holds no text."""

    def __init__(self, secret: str, clock: Callable[[], float] = time) -> None:
        self._keys = OverrideKeys(secret)
        self._clock = clock
        self._known: dict[str, Override] = {}

    def __len__(self) -> int:
        return len(self._known)

    def put(self, community: str | None, text: str, override: Override) -> None:
        """From now on this is decided; a later decision on the same text takes its place."""
        key = self._keys.of(community, text)
        self._known.pop(key, None)
        if override.expires_s <= self._clock():
            return
        self._known[key] = override
        if len(self._known) > _MAX:
            del self._known[next(iter(self._known))]

    def drop(self, community: str | None, text: str) -> None:
        """The decision no longer holds."""
        self._known.pop(self._keys.of(community, text), None)

    def decide(self, community: str | None, text: str) -> Decision | None:
        """What a person decided about this text, or None; the reason says that it was a person."""
        if not self._known:
            return None
        key = self._keys.of(community, text)
        override = self._known.get(key)
        if override is None:
            return None
        if override.expires_s <= self._clock():
            self._known.pop(key, None)
            return None
        return Decision(override.action, (Reason(f"{override.action}.{HUMAN}", HUMAN, 1.0, 1.0),))
