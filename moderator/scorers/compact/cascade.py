"""The two stages as one: what the linear model is sure of never reaches the encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.scorers.compact.alarms import Alarms
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import Floats, LinearModel
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.windows import split

SECOND = "compact_encoder"
"""The second stage's name, as those who count hear it."""

_AT_ONCE = 64
"""Windows that the linear stage takes together, while the encoder works on those before."""

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
        start = perf_counter()
        parts = [
            self._first(windows.pieces[at : at + _AT_ONCE])
            for at in range(0, len(windows.pieces), _AT_ONCE)
        ]
        linear = np.concatenate([part.linear for part in parts])
        unsure = np.concatenate([part.unsure for part in parts])
        logits = self._offset + self._slope * linear
        if unsure.any():
            heads = np.stack([later.result() for part in parts for later in part.heads])
            self._took(SECOND, len(heads), perf_counter() - start)
            logits[unsure] = blend(linear[unsure], heads, self._settings)
        return windows.worst(logits)

    def _first(self, pieces: Sequence[str]) -> _Part:
        """The linear stage on some windows; the encoder begins with what is not sure."""
        linear = self._linear.logits(pieces)
        unsure = (linear >= self._leave_below).any(axis=1) | self._alarms.raised(pieces)
        heads = self._encoder.begin([pieces[at] for at in np.flatnonzero(unsure).tolist()])
        return _Part(linear, unsure, heads)


class _Part(NamedTuple):
    """Some windows: linear logits, which are unsure, and what the encoder will say of those."""

    linear: Floats
    unsure: npt.NDArray[np.bool_]
    heads: list[Future[Floats]]


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
