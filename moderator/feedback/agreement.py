"""How many of the last week's decisions agree with the verdict that people saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import time
from typing import NamedTuple

from moderator.feedback.decided import agrees
from moderator.feedback.record import Feedback
from moderator.metrics import Metrics
from moderator.policy.overrides import OverrideKeys
from moderator.records import Action, epoch_seconds

WINDOW_S = 7 * 86_400.0
_MAX = 200_000
"""With more, the ones read first are forgotten."""


class _Decision(NamedTuple):
    at_s: float
    verdict: Action
    agrees: bool


class AgreementCounter:
    """The last decision about each text of a community, by keyed hash; it holds no text."""

    def __init__(self, secret: str, metrics: Metrics, clock: Callable[[], float] = time) -> None:
        self._keys = OverrideKeys(secret)
        self._ratio = metrics.agreement
        self._decisions = metrics.decisions
        self._clock = clock
        self._known: dict[str, _Decision] = {}

    def add(self, feedback: Feedback) -> None:
        """Count a decision if the verdict is known; one that is taken back no longer counts."""
        if feedback.action is None and not feedback.undone:
            return
        key = self._keys.of(feedback.community, feedback.text)
        self._known.pop(key, None)
        if feedback.action is None or feedback.verdict is None:
            return
        at_s = epoch_seconds(feedback.at)
        if at_s is not None and at_s > self._clock() - WINDOW_S:
            right = agrees(feedback.verdict, feedback.action)
            self._known[key] = _Decision(at_s, feedback.verdict, right)
            if len(self._known) > _MAX:
                del self._known[next(iter(self._known))]

    def publish(self) -> None:
        """Set the gauges."""
        since_s = self._clock() - WINDOW_S
        self._known = {
            key: decision for key, decision in self._known.items() if decision.at_s > since_s
        }
        decided = Counter(decision.verdict for decision in self._known.values())
        agreed = Counter(decision.verdict for decision in self._known.values() if decision.agrees)
        for verdict in Action:
            count = decided[verdict]
            self._decisions.labels(verdict.value).set(count)
            ratio = agreed[verdict] / count if count else float("nan")
            self._ratio.labels(verdict.value).set(ratio)
