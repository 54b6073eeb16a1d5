"""Maps the label names of checkpoints to the standard ones."""

from __future__ import annotations

from collections.abc import Sequence

from moderator.errors import ModelError
from moderator.labels import labels_of, standard_name


def standard_labels(names: Sequence[str], where: str) -> tuple[str, ...]:
    """The labels of a model's outputs, in order; ModelError if one is unknown or repeated."""
    labels = tuple(standard_name(name) for name in names)
    known = labels_of("detoxify")
    unknown = sorted(set(labels) - set(known))
    if unknown:
        raise ModelError(
            f"{where}: unknown labels {', '.join(unknown)}: a model may score {', '.join(known)}"
        )
    if not labels or len(set(labels)) != len(labels):
        raise ModelError(f"{where}: labels must be given, and differ: {', '.join(labels)}")
    return labels
