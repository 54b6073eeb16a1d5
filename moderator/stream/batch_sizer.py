"""How many comments are judged together."""

from __future__ import annotations

_DECAY = 0.9
_MIN = 8


class AdaptiveBatchSizer:
    """Sizes batches so that judging one takes half of the latency budget.

    The other half is for taking and publishing. A batch's time is modelled as a fixed part and one
    for each comment, both fitted to the last batches. If the fixed part alone exceeds the budget,
    smaller batches would only be slower, so full ones are used.
    """

    def __init__(self, most: int, budget_s: float) -> None:
        self._most = most
        self._judging_s = budget_s / 2
        self._fixed_s = 0.0
        self._weight = self._n = self._t = self._nn = self._nt = 0.0
        self.comments = most
        """The largest size of the next batch."""

    def observe(self, comments: int, seconds: float) -> None:
        """Note how long a batch took."""
        self._weight = self._weight * _DECAY + 1
        self._n = self._n * _DECAY + comments
        self._t = self._t * _DECAY + seconds
        self._nn = self._nn * _DECAY + comments * comments
        self._nt = self._nt * _DECAY + comments * seconds
        each_s = self._fit()
        left_s = self._judging_s - self._fixed_s
        if left_s <= 0 or each_s <= 0:
            self.comments = self._most
        else:
            self.comments = int(min(self._most, max(_MIN, left_s / each_s)))

    def _fit(self) -> float:
        spread = self._weight * self._nn - self._n * self._n
        if spread > 0.01 * self._n * self._n:
            slope = (self._weight * self._nt - self._n * self._t) / spread
            self._fixed_s = max(0.0, (self._t - slope * self._n) / self._weight)
        return (self._t - self._fixed_s * self._weight) / self._n
