"""The compact model's manifest: its settings beside its files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import ClassVar

import msgspec

from moderator.errors import ModelError
from moderator.scorers.model_folder import Manifest

Numbers = tuple[float, ...]


class LinearSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scale and bias of the linear stage, one number per label."""

    scale: Numbers
    bias: Numbers


class EncoderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`window` is the size of the encoder's input in tokens, with the two special ones: `first`
    and `last`, as the tokenizer's vocabulary names them."""

    window: int
    first: str = "[CLS]"
    last: str = "[SEP]"


class CascadeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the two stages become one logit; one entry per label, in the manifest's order.

    A window leaves after the linear stage if every label's logit is below `exit_threshold` and it
    has no trigger word; its logit is then `early_slope` * linear + `early_offset`. Otherwise the
    encoder's logit is `encoder_heads` @ its heads; the linear stage's is linear / `linear_scale`,
    but at most `linear_lead` above the encoder's (it sees words, the encoder sees who is meant);
    the result is their mean, weighted `linear_share` to 1 - `linear_share`. `two_stage.blend` has
    an example.
    """

    exit_threshold: Numbers
    early_slope: Numbers
    early_offset: Numbers
    linear_scale: Numbers
    linear_lead: Numbers
    linear_share: Numbers
    encoder_heads: tuple[Numbers, ...]


class CompactSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`window` is in characters of normalised text; `thresholds` (probabilities at the best F1)
    and `calibration` (knots, see `Calibration`) are by label."""

    linear: LinearSettings
    encoder: EncoderSettings
    cascade: CascadeSettings
    window: int
    calibration: dict[str, tuple[tuple[float, float], ...]]
    thresholds: dict[str, float]


class CompactManifest(Manifest, frozen=True, kw_only=True):
    """The manifest of a compact model."""

    FILE: ClassVar[str] = "model.json"
    FORMAT: ClassVar[int] = 3

    settings: CompactSettings

    def check(self, where: Path) -> None:
        """Raises ModelError if a setting is not there for each label, and for no other."""
        settings, labels = self.settings, self.labels
        by_label: dict[str, Collection[str]] = {
            "calibration": settings.calibration,
            "thresholds": settings.thresholds,
        }
        for name, given in by_label.items():
            if set(given) != set(labels):
                raise ModelError(f"{where}: {name} is not for {', '.join(labels)}")
        for stage in (settings.linear, settings.cascade):
            for name, numbers in msgspec.structs.asdict(stage).items():
                if len(numbers) != len(labels):
                    raise ModelError(f"{where}: {name} is not for {', '.join(labels)}")
