"""What the model's manifest says beside its files."""

from __future__ import annotations

import msgspec

from moderator.errors import ModelError
from moderator.scorers.artifacts import MANIFEST, Artifacts

FORMAT = 3

Numbers = tuple[float, ...]


class LinearSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scale and bias, a number a label."""

    scale: Numbers
    bias: Numbers


class EncoderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Size of the encoder's input, in tokens with the two special ones."""

    window: int


class CascadeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the two stages become one score; all by label, in the manifest's order.

    A window leaves after the linear stage if every label's logit is below `exit_threshold` and it
    holds no trigger word; its logit is then `early_slope` * linear + `early_offset`. Otherwise
    the encoder says `encoder_heads` @ its heads, the linear stage linear / `linear_scale` but at
    most `linear_lead` more (it sees words, the encoder who is meant), and their mean counts, with
    `linear_share` for the linear stage.
    """

    exit_threshold: Numbers
    early_slope: Numbers
    early_offset: Numbers
    linear_scale: Numbers
    linear_lead: Numbers
    linear_share: Numbers
    encoder_heads: tuple[Numbers, ...]


class CompactSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`window` is in characters; `thresholds` and `calibration` go by label."""

    linear: LinearSettings
    encoder: EncoderSettings
    cascade: CascadeSettings
    window: int
    calibration: dict[str, tuple[tuple[float, float], ...]]
    thresholds: dict[str, float]

    @classmethod
    def of(cls, artifacts: Artifacts) -> CompactSettings:
        """Raises ModelError where the manifest does not fit."""
        path = artifacts.directory / MANIFEST
        try:
            settings = msgspec.convert(artifacts.manifest.settings, cls)
        except msgspec.ValidationError as error:
            raise ModelError(f"{path}: {error}") from error
        labels = artifacts.manifest.labels
        for name, given in (
            ("calibration", settings.calibration),
            ("thresholds", settings.thresholds),
        ):
            if set(given) != set(labels):
                raise ModelError(f"{path}: {name} is not for {', '.join(labels)}")
        for stage in (settings.linear, settings.cascade):
            for name, numbers in msgspec.structs.asdict(stage).items():
                if len(numbers) != len(labels):
                    raise ModelError(f"{path}: {name} is not for {', '.join(labels)}")
        return settings
