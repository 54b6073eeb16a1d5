"""The two stages as one: what the linear model is sure of never reaches the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from moderator.scorers.base import OnStage
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import Floats, LinearModel
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.trigger_words import TriggerWords
from moderator.scorers.compact.windows import Windows, split

SECOND = "compact_encoder"
"""The second stage's name, as those who count hear it."""


def _unheard(name: str, windows: int, seconds: float) -> None:
    pass


class TwoStages:
    """Raw logits of folded texts, each of them its worst window's.

    `on_stage` hears how much of the work reaches the encoder, which is nearly all of the cost.
    """

    def __init__(
        self,
        linear: LinearModel,
        encoder: EncoderModel,
        alarms: TriggerWords,
        settings: CascadeSettings,
        window: int,
        *,
        early_exit: bool = True,
        on_stage: OnStage | None = None,
    ) -> None:
        self._took = on_stage or _unheard
        self._linear, self._encoder, self._alarms = linear, encoder, alarms
        self._window = window
        self._slope = np.array(settings.early_slope, np.float32)
        self._offset = np.array(settings.early_offset, np.float32)
        self._settings = settings
        nothing_leaves = np.full_like(self._slope, -np.inf)
        below = np.array(settings.exit_threshold, np.float32)
        self._leave_below = below if early_exit else nothing_leaves

    def begin(self, folded: Sequence[str]) -> Submitted:
        """The linear stage on folded texts, none of them empty; the encoder starts on the rest."""
        windows = split(folded, self._window)
        linear = self._linear.logits(windows.pieces)
        doubtful = (linear >= self._leave_below).any(axis=1)
        unsure = np.flatnonzero(doubtful | self._alarms.raised(windows.pieces))
        heads = self._encoder.begin([windows.pieces[at] for at in unsure.tolist()])
        return Submitted(windows, linear, unsure, heads)

    def finish(self, begun: Submitted) -> Floats:
        """Logits, texts x labels."""
        logits = self._offset + self._slope * begun.linear
        unsure = begun.unsure
        if unsure.size:
            start = perf_counter()
            heads = np.stack([later.result() for later in begun.heads])
            self._took(SECOND, len(heads), perf_counter() - start)
            logits[unsure] = blend(begun.linear[unsure], heads, self._settings)
        return begun.windows.worst(logits)


class Submitted(NamedTuple):
    """Some texts' windows, their linear logits, which are unsure, and what the encoder will say."""

    windows: Windows
    linear: Floats
    unsure: npt.NDArray[np.int64]
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
