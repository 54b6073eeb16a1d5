"""Sizes batches to fit the latency budget."""

from __future__ import annotations

_DECAY = 0.9
_MIN = 8.0


class AdaptiveBatchSizer:
    """Sizes batches so that judging one takes half of the latency budget.

    The other half is for taking and publishing. A batch's time is modelled as a fixed part and one
    that grows with its cost, both fitted to the last batches. If the fixed part alone exceeds the
    budget, smaller batches would only be slower, so full ones are used.
    """

    def __init__(self, most: float, budget_s: float) -> None:
        self._most = float(most)
        self._judging_s = budget_s / 2
        self._fixed_s = 0.0
        self._weight = self._c = self._t = self._cc = self._ct = 0.0
        self.limit = self._most
        """The largest cost of the next batch, in the units that `observe` is given."""

    def observe(self, cost: float, seconds: float) -> None:
        """Learn from how long a batch took."""
        self._weight = self._weight * _DECAY + 1
        self._c = self._c * _DECAY + cost
        self._t = self._t * _DECAY + seconds
        self._cc = self._cc * _DECAY + cost * cost
        self._ct = self._ct * _DECAY + cost * seconds
        slope = self._fit()
        left_s = self._judging_s - self._fixed_s
        if left_s <= 0 or slope <= 0:
            self.limit = self._most
        else:
            self.limit = min(self._most, max(_MIN, left_s / slope))

    def _fit(self) -> float:
        """Seconds for each unit of cost; updates the fixed part if batches differ enough."""
        spread = self._weight * self._cc - self._c * self._c
        if spread > 0.01 * self._c * self._c:
            slope = (self._weight * self._ct - self._c * self._t) / spread
            self._fixed_s = max(0.0, (self._t - slope * self._c) / self._weight)
        return (self._t - self._fixed_s * self._weight) / self._c
