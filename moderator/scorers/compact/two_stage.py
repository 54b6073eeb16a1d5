"""The two stages as one: windows that the linear stage is sure of skip the encoder.

For example, of a batch with one calm text and one long, doubtful one:

    texts      "see you at ten"     "…450 characters… you are … 300 more"
    windows    0                    1, 2
    linear     all labels low       1: low   2: insult above its exit threshold
    leaves     0                    1        (their logit is a line of the linear one)
    encoder                                  2   (its heads, blended with the linear logits)
    result     window 0's logits    per label, the larger of 1's and 2's, less the relief

If more of a text's windows are unsure than the encoder may see, the worst ones go there and the
others keep the linear stage's word; the text is then marked as over its budget.

Work is split in `submit`, which starts the encoder, and `collect`, which waits for it, so that
the next texts can be normalised meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from time import perf_counter
from typing import NamedTuple

import numpy as np

from moderator.scorers.compact.arrays import Floats, Indices
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import LinearModel
from moderator.scorers.compact.selection import Flags, WindowLimit
from moderator.scorers.compact.settings import CascadeSettings
from moderator.scorers.compact.trigger_words import TriggerWords
from moderator.scorers.compact.windows import Windows, split

OnEncoder = Callable[[int, float], None]
"""Called after the encoder: how many windows it saw, and the seconds it was waited for."""


class TwoStages:
    """Raw logits of normalised texts, each of them its worst window's.

    The encoder sees at most `max_windows` windows of tokens of one text. `on_encoder` shows how
    much of the work reaches it, which is nearly all of the cost.
    """

    def __init__(
        self,
        linear: LinearModel,
        encoder: EncoderModel,
        triggers: TriggerWords,
        settings: CascadeSettings,
        window: int,
        *,
        early_exit: bool = True,
        max_windows: int | None = None,
        on_encoder: OnEncoder | None = None,
    ) -> None:
        self._linear, self._encoder, self._triggers = linear, encoder, triggers
        self._on_encoder = on_encoder
        self._window = window
        self._slope = np.array(settings.early_slope, np.float32)
        self._offset = np.array(settings.early_offset, np.float32)
        self._settings = settings
        thresholds = np.array(settings.exit_threshold, np.float32)
        self._margin = thresholds
        self._limit = max_windows and WindowLimit(
            max_windows, encoder.window_count, encoder.max_window_count
        )
        self._exit_threshold = thresholds if early_exit else np.full_like(thresholds, -np.inf)

    def linear_logits(self, folded: Sequence[str]) -> Floats:
        """The linear stage's logits of normalised texts, each of them its worst window's."""
        windows = split(folded, self._window)
        return windows.worst(self._linear.logits(windows.pieces))

    def submit(self, folded: Sequence[str]) -> Pending:
        """The linear stage on normalised texts, none of them empty; the encoder starts on the
        windows that the linear stage is not sure of."""
        windows = split(folded, self._window)
        linear = self._linear.logits(windows.pieces)
        doubtful = (linear >= self._exit_threshold).any(axis=1)
        unsure = np.flatnonzero(doubtful | self._triggers.raised(windows.pieces))
        over_budget = np.zeros(len(folded), np.bool_)
        if self._limit:
            badness = (linear - self._margin).max(axis=1)
            unsure, over_budget = self._limit.choose(windows, unsure, badness)
        heads = self._encoder.submit([windows.pieces[index] for index in unsure.tolist()])
        return Pending(windows, linear, unsure, heads, over_budget)

    def collect(self, pending: Pending) -> Floats:
        """Logits, texts x labels."""
        logits = self._offset + self._slope * linear_logits(pending.linear, self._settings)
        unsure = pending.unsure
        if unsure.size:
            start = perf_counter()
            heads = np.stack([head.result() for head in pending.heads])
            if self._on_encoder:
                self._on_encoder(len(heads), perf_counter() - start)
            logits[unsure] = blend(pending.linear[unsure], heads, self._settings)
        return pending.windows.worst(logits)


class Pending(NamedTuple):
    """Texts under way.

    Their windows, the linear logits (windows x labels), the positions of the windows that went to
    the encoder, its answers to come, one a window, and by text whether it should have seen more.
    """

    windows: Windows
    linear: Floats
    unsure: Indices
    heads: list[Future[Floats]]
    over_budget: Flags


def blend(linear: Floats, heads: Floats, settings: CascadeSettings) -> Floats:
    """Both stages' logits of some windows as one, windows x labels.

    For one label with `linear_scale` 2, `linear_lead` 3 and `linear_share` 0.4, a linear
    logit of 10 and an encoder's of 1: the linear stage says min(10 / 2, 1 + 3) = 4, and the result
    is 0.4 * 4 + 0.6 * 1 = 2.2.
    """
    lead, share = (
        np.array(numbers, np.float32) for numbers in (settings.linear_lead, settings.linear_share)
    )
    encoder = heads @ np.array(settings.encoder_heads, np.float32).T
    capped = np.minimum(linear_logits(linear, settings), encoder + lead)
    blended: Floats = share * capped + (1 - share) * encoder
    return blended


def linear_logits(linear: Floats, settings: CascadeSettings) -> Floats:
    """The linear stage's heads (windows x heads) as logits by label, on the encoder's scale."""
    scaled = (linear / np.array(settings.linear_scale, np.float32)).astype(np.float32)
    logits: Floats = scaled @ np.array(settings.linear_heads, np.float32).T
    return logits
