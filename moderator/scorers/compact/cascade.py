"""The two stages as one: what the linear model is sure of never reaches the encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from moderator.scorers.compact.alarms import Alarms
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import Floats, LinearModel
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.windows import split

SECOND = "compact_encoder"
"""The second stage's name, as those who count hear it."""

Took = Callable[[str, int, float], None]
"""Hears of a stage: its name, how many windows it saw, and for how many seconds."""


def _unheard(name: str, windows: int, seconds: float) -> None:
    pass


class TwoStages:
    """Raw logits of folded texts, each of them its worst window's.

    `took` hears how much of the work reaches the encoder, which is nearly all of the cost.
    """

    def __init__(
        self,
        linear: LinearModel,
        encoder: EncoderModel,
        alarms: Alarms,
        settings: CascadeSettings,
        window: int,
        *,
        early_exit: bool = True,
        took: Took | None = None,
    ) -> None:
        self._took = took or _unheard
        self._linear, self._encoder, self._alarms = linear, encoder, alarms
        self._window = window
        self._slope = np.array(settings.early_slope, np.float32)
        self._offset = np.array(settings.early_offset, np.float32)
        self._settings = settings
        nothing_leaves = np.full_like(self._slope, -np.inf)
        below = np.array(settings.leave_below, np.float32)
        self._leave_below = below if early_exit else nothing_leaves

    def logits(self, folded: Sequence[str]) -> Floats:
        """n x labels, of n folded texts, none of them empty."""
        windows = split(folded, self._window)
        linear = self._linear.logits(windows.pieces)
        logits = self._offset + self._slope * linear
        doubtful = (linear >= self._leave_below).any(axis=1)
        unsure = np.flatnonzero(doubtful | self._alarms.raised(windows.pieces))
        if unsure.size:
            start = perf_counter()
            heads = self._encoder.logits([windows.pieces[at] for at in unsure])
            self._took(SECOND, int(unsure.size), perf_counter() - start)
            logits[unsure] = blend(linear[unsure], heads, self._settings)
        return windows.worst(logits)


def blend(linear: Floats, heads: Floats, settings: CascadeSettings) -> Floats:
    """Both stages' logits of some windows as one, windows x labels."""
    scale, lead, share = (
        np.array(numbers, np.float32)
        for numbers in (settings.linear_scale, settings.linear_lead, settings.linear_share)
    )
    seen = heads @ np.array(settings.encoder_heads, np.float32).T
    said = np.minimum(linear / scale, seen + lead)
    blended: Floats = share * said + (1 - share) * seen
    return blended
