"""An effect breaker: a policy that blocks too much holds for review instead, for a while."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from moderator.policy.effect_bound import EffectBound
from moderator.policy.policy import Decision
from moderator.records import Action, Reason

_SLOTS = 60
"""The window moves in steps of this part of it."""

BREAKER = "breaker"
"""Ends the rule of the reason for a comment that would have been blocked."""


class EffectBreaker:
    """Counts what a policy decides; open while a bound is exceeded, and for one window after."""

    def __init__(self, bound: EffectBound, clock: Callable[[], float] = monotonic) -> None:
        self.bound = bound
        self._clock = clock
        self._slots: deque[list[int]] = deque()
        self._comments = self._blocks = 0
        self._over_at: float | None = None
        """When a bound was last exceeded; None while the breaker is closed."""

    @property
    def is_open(self) -> bool:
        """Whether blocks were turned into reviews at the last `apply`."""
        return self._over_at is not None

    def apply(self, decision: Decision) -> Decision:
        """Count a decision of the policy, and return the decision to act on."""
        now = self._move()
        blocks = int(decision.action is Action.BLOCK)
        newest = self._slots[-1]
        newest[1] += 1
        newest[2] += blocks
        self._comments += 1
        self._blocks += blocks
        reason = self._exceeded()
        if reason is not None:
            self._over_at = now
        if not blocks or self._over_at is None:
            return decision
        return Decision(Action.REVIEW, (reason or self._calming(), *decision.reasons))

    def _move(self) -> float:
        """Forget what has left the window, and return the time."""
        now = self._clock()
        slot = int(now / self.bound.window_s * _SLOTS)
        while self._slots and self._slots[0][0] <= slot - _SLOTS:
            _, comments, blocks = self._slots.popleft()
            self._comments -= comments
            self._blocks -= blocks
        if not self._slots or self._slots[-1][0] != slot:
            self._slots.append([slot, 0, 0])
        if self._over_at is not None and now - self._over_at > self.bound.window_s:
            self._over_at = None
        return now

    def _exceeded(self) -> Reason | None:
        bound = self.bound
        if bound.max_blocks is not None and self._blocks > bound.max_blocks:
            return _reason("max_blocks", self._blocks, bound.max_blocks)
        if bound.max_share is not None and self._comments >= bound.min_comments:
            share = self._blocks / self._comments
            if share > bound.max_share:
                return _reason("max_share", round(share, 4), bound.max_share)
        return None

    def _calming(self) -> Reason:
        """Below the bounds again, but not yet for a whole window."""
        return _reason("calming", 0.0, 0.0)


class EffectBreakers:
    """The breakers of all policies that have one; `changed` is called with policy and state."""

    def __init__(
        self, changed: Callable[[str, bool], None], clock: Callable[[], float] = monotonic
    ) -> None:
        self._changed = changed
        self._clock = clock
        self._known: dict[str, tuple[EffectBreaker, bool]] = {}

    def apply(self, name: str, bound: EffectBound, decision: Decision) -> Decision:
        """Count a decision of the policy `name` with this bound, and return the decision to act
        on."""
        breaker, was_open = self._known.get(name, (None, False))
        if breaker is None or breaker.bound != bound:
            breaker = EffectBreaker(bound, self._clock)
        done = breaker.apply(decision)
        is_open = breaker.is_open
        self._known[name] = breaker, is_open
        if is_open is not was_open:
            self._changed(name, is_open)
        return done


def _reason(label: str, value: float, limit: float) -> Reason:
    return Reason(f"{Action.REVIEW}.{BREAKER}", label, value, limit)
