"""What the model's manifest says beside its files."""

from __future__ import annotations

import msgspec

from moderator.errors import ModelError
from moderator.scorers.artifacts import MANIFEST, Artifacts

FORMAT = 1


class LinearSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scale and bias, a number a label."""

    scale: tuple[float, ...]
    bias: tuple[float, ...]


class CompactSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`window` is in characters; `thresholds` and `calibration` go by label."""

    linear: LinearSettings
    window: int
    calibration: dict[str, tuple[tuple[float, float], ...]]
    thresholds: dict[str, float]

    @classmethod
    def of(cls, artifacts: Artifacts) -> CompactSettings:
        """Raises ModelError where the manifest does not fit."""
        try:
            settings = msgspec.convert(artifacts.manifest.settings, cls)
        except msgspec.ValidationError as error:
            raise ModelError(f"{artifacts.directory / MANIFEST}: {error}") from error
        labels = set(artifacts.manifest.labels)
        for name, given in (
            ("calibration", settings.calibration),
            ("thresholds", settings.thresholds),
        ):
            if set(given) != labels:
                raise ModelError(
                    f"{artifacts.directory / MANIFEST}: {name} is not for {sorted(labels)}"
                )
        return settings
