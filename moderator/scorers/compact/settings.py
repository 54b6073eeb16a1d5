"""The compact model's manifest: its files and settings."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from moderator.errors import ModelError
from moderator.scorers.model_folder import Manifest

Numbers = tuple[float, ...]


class LinearSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scale and bias of the linear stage, one number per head: the labels, and what else it knows
    (would a moderator hold this?)."""

    scale: Numbers
    bias: Numbers


class EncoderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`window` is the size of the encoder's input in tokens, with the two special ones: `first`
    and `last`, as the tokenizer's vocabulary names them."""

    window: int
    first: str = "[CLS]"
    last: str = "[SEP]"


class CascadeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the two stages become one logit; one entry per label, in the manifest's order, but
    `exit_threshold` and `linear_scale`: one per head of the linear stage.

    The linear stage's logits are `linear_heads` @ (its heads / `linear_scale`), the encoder's
    `encoder_heads` @ its heads. A window leaves after the linear stage if each of its heads is
    below `exit_threshold` and it has no trigger word; its logit is then `early_slope` * the linear
    one + `early_offset`. Otherwise the linear stage counts at most `linear_lead` above the encoder
    (it sees words, the encoder sees who is meant), and the result is their mean, weighted
    `linear_share` to 1 - `linear_share`. `two_stage.blend` has an example.
    """

    exit_threshold: Numbers
    early_slope: Numbers
    early_offset: Numbers
    linear_scale: Numbers
    linear_heads: tuple[Numbers, ...]
    linear_lead: Numbers
    linear_share: Numbers
    encoder_heads: tuple[Numbers, ...]


class CompactSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`window` is in characters of normalised text; `thresholds` (probabilities at the best F1)
    and `calibration` (knots, see `Calibration`) are by label; `normalizer` names the form of text
    that the model reads."""

    linear: LinearSettings
    encoder: EncoderSettings
    cascade: CascadeSettings
    window: int
    calibration: dict[str, tuple[tuple[float, float], ...]]
    thresholds: dict[str, float]
    normalizer: Literal["english", "light"] = "english"


class CompactManifest(Manifest, frozen=True, kw_only=True):
    """The manifest of a compact model."""

    FILE: ClassVar[str] = "model.json"
    FORMAT: ClassVar[int] = 4

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
        heads = len(settings.linear.scale)
        sizes = {"exit_threshold": heads, "linear_scale": heads}
        for name, numbers in msgspec.structs.asdict(settings.cascade).items():
            if len(numbers) != sizes.get(name, len(labels)):
                raise ModelError(f"{where}: {name} is not for {', '.join(labels)}")
        if len(settings.linear.bias) != heads or any(
            len(row) != heads for row in settings.cascade.linear_heads
        ):
            raise ModelError(f"{where}: bias or linear_heads do not fit {heads} linear heads")
